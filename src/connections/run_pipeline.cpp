#include "connections/run_pipeline.hpp"

#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "connections/all_or_nothing.hpp"
#include "connections/first_word.hpp"
#include "connections/rethrow.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

/// Begins or ends a transaction, or a part of one, where the pipeline itself is to be all or nothing.
bool controls_transaction(std::string_view native) noexcept {
  const std::string_view sql = from_first_word(native);
  if (is_begin(sql)) {
    return true;
  }
  for (const std::string_view word : {"START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"}) {
    if (starts_with_word(sql, word)) {
      return true;
    }
  }
  return false;
}

bool is_stale(const std::exception_ptr& failure) noexcept {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error.facts().stale_statement;
  } catch (...) {
    return false;
  }
}

class PipelineRun {
 public:
  PipelineRun(SessionExecutor& executor, const TransactionSql& transactions, const Pipeline& statements,
              std::chrono::nanoseconds limit)
      : executor_(executor),
        transactions_(transactions),
        statements_(statements),
        limit_(limit),
        deadline_(Deadline::in(limit)) {}

  task<std::vector<ResultSet>> run() {
    constexpr int most_attempts = 3;
    check();
    for (int attempt = 1;; ++attempt) {
      AllOrNothing scope(executor_, transactions_);
      std::exception_ptr failure;
      try {
        co_await run_in(scope);
      } catch (...) {
        failure = std::current_exception();
      }
      if (!failure) {
        co_return std::move(results_);
      }
      leases_.clear();
      co_await scope.undo();
      const bool runs_again = attempt < most_attempts && !scope.is_nested() && is_stale(failure);
      if (!runs_again) {
        rethrow(failure);
      }
    }
  }

 private:
  /// Before anything is sent.
  void check() {
    constexpr std::size_t not_read = static_cast<std::size_t>(-1);
    std::vector<std::size_t> parameter_counts(statements_.text_count(), not_read);
    std::size_t all_parameters = 0;
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      std::size_t& count = parameter_counts[statements_.text_of(i)];
      try {
        if (count == not_read) {
          count = read(statements_.sql(i));
        }
        const std::size_t given = statements_.params(i).size();
        if (given != count) {
          throw UsageError(fmt::format("the statement takes {} parameter{}, but {} {} given", count,
                                       count == 1 ? "" : "s", given, given == 1 ? "was" : "were"),
                           facts_of(executor_.driver()->session()));
        }
      } catch (const Error& error) {
        rethrow_for_statement(error, i);
      }
      all_parameters += count;
    }
    cells_.reserve(all_parameters);
  }

  /// @return how many parameters it takes.
  std::size_t read(std::string_view sql) {
    const std::shared_ptr<const NativeQuery> native = executor_.native_text(sql);
    if (controls_transaction(native->text)) {
      throw UsageError(
          "a pipeline is all or nothing by itself; statements that begin or end transactions or savepoints cannot be "
          "part of it",
          facts_of(executor_.driver()->session()));
    }
    return native->parameter_count;
  }

  task<void> run_in(AllOrNothing& scope) {
    results_.clear();
    results_.reserve(statements_.size());
    has_begun_ = false;
    if (executor_.driver()->can_pipeline()) {
      co_await run_together(scope);
    } else {
      co_await run_one_by_one(scope);
    }
  }

  task<void> run_one_by_one(AllOrNothing& scope) {
    co_await scope.begin(deadline_);
    has_begun_ = true;
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      const StatementCache::Lease lease = co_await executor_.portable(statements_.sql(i), deadline_);
      cells_.clear();
      const std::span<const ValueRef> parameters = view(statements_.params(i));
      ResultSet result;
      co_await executor_.run(lease.statement(), parameters, deadline_, result);
      results_.push_back(std::move(result));
    }
    co_await scope.commit(deadline_);
  }

  /// In one round trip. A statement that is not prepared yet costs one more; where it can only be prepared once those
  /// before it have run, because they make its table, the pipeline is sent in parts.
  task<void> run_together(AllOrNothing& scope) {
    leases_.resize(statements_.text_count());
    if (!scope.is_nested()) {
      co_await prepare_ahead();
    }
    const StatementCache::Lease opening = co_await executor_.native(scope.opening(), deadline_);
    const StatementCache::Lease closing = co_await executor_.native(scope.closing(), deadline_);
    executions_.clear();
    cells_.clear();
    scope.sends_opening();
    add(opening, std::span<const ValueRef>());
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      StatementCache::Lease& lease = leases_[statements_.text_of(i)];
      if (!lease) {
        lease = executor_.find(statements_.sql(i));
      }
      if (!lease) {
        co_await send();
        lease = co_await executor_.portable(statements_.sql(i), deadline_);
      }
      add(lease, view(statements_.params(i)));
    }
    add(closing, std::span<const ValueRef>());
    co_await send();
  }

  /// Outside of the transaction, where a statement that cannot be prepared does no harm.
  task<void> prepare_ahead() {
    try {
      for (std::size_t number = 0; number < statements_.text_count(); ++number) {
        leases_[number] = co_await executor_.portable(statements_.text(number), deadline_);
      }
    } catch (const QueryError&) {
      // It may need what the statements before it make.
    }
  }

  void add(const StatementCache::Lease& lease, std::span<const ValueRef> parameters) {
    Execution execution;
    execution.statement = &lease.statement();
    execution.parameters = parameters;
    executions_.push_back(execution);
  }

  /// Within what cells_ has reserved.
  std::span<const ValueRef> view(const Params& params) {
    const std::size_t first = cells_.size();
    for (const Value& value : params.values()) {
      cells_.push_back(value.ref());
    }
    return std::span<const ValueRef>(cells_).subspan(first);
  }

  task<void> send() {
    const std::function<void(ResultSet&)> take = [this](ResultSet& result) {
      if (std::exchange(has_begun_, true) && results_.size() < statements_.size()) {
        results_.push_back(std::move(result));
      }
    };
    co_await executor_.run_pipeline(executions_, deadline_, take);
    executions_.clear();
  }

  [[noreturn]] void rethrow(const std::exception_ptr& failure) const {
    const std::size_t index = results_.size();
    try {
      std::rethrow_exception(failure);
    } catch (const Error& error) {
      if (has_begun_ && index < statements_.size()) {
        rethrow_for_statement(error, index);
      }
      rethrow_for_caller(error, error.statement(), limit_);
    }
  }

  [[noreturn]] void rethrow_for_statement(const Error& error, std::size_t index) const {
    try {
      rethrow_numbered(error, "statement", index);
    } catch (const Error& numbered) {
      rethrow_for_caller(numbered, statements_.sql(index), limit_);
    }
  }

  SessionExecutor& executor_;
  const TransactionSql& transactions_;
  const Pipeline& statements_;
  std::chrono::nanoseconds limit_;
  Deadline deadline_;
  std::vector<StatementCache::Lease> leases_;  ///< by the number of the text
  std::vector<Execution> executions_;          ///< not sent yet
  std::vector<ValueRef> cells_;                ///< what they view
  std::vector<ResultSet> results_;             ///< of the statements done
  bool has_begun_ = false;                     ///< the transaction, or the savepoint
};

}  // namespace

task<std::vector<ResultSet>> run_pipeline(SessionExecutor& executor, const TransactionSql& transactions,
                                          const Pipeline& statements, std::chrono::nanoseconds limit) {
  if (statements.empty()) {
    co_return std::vector<ResultSet>();
  }
  PipelineRun run(executor, transactions, statements, limit);
  std::vector<ResultSet> results = co_await run.run();
  co_return results;
}

}  // namespace dalia::internal
