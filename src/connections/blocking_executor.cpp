#include "connections/blocking_executor.hpp"

#include <utility>

#include "dalia/core/error.hpp"

namespace dalia::internal {

/// Finishes a statement whatever happens.
class BlockingExecutor::Running {
 public:
  Running(BlockingExecutor& executor, PreparedStatement& statement) noexcept
      : executor_(executor), statement_(&statement) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (statement_ != nullptr) {
      finish();
    }
  }

  StatementCounts finish() noexcept {
    const StatementCounts counts = executor_.session_->finish(*std::exchange(statement_, nullptr));
    executor_.note_transaction();
    return counts;
  }

 private:
  BlockingExecutor& executor_;
  PreparedStatement* statement_;
};

BlockingExecutor::BlockingExecutor(std::unique_ptr<BlockingSession> session, TranslationCache& translations,
                                   std::size_t cache_size)
    : translations_(translations), session_(std::move(session)), cache_(cache_size) {}

BlockingExecutor::~BlockingExecutor() {
  close();
}

BlockingExecutor::Use BlockingExecutor::use() {
  if (in_use_.test_and_set(std::memory_order_acquire)) {
    throw UsageError(
        "the connection is already running an operation; give each thread, and each task, a connection of its own");
  }
  if (session_ == nullptr) {
    in_use_.clear(std::memory_order_release);
    throw ConnectionError("the connection is closed");
  }
  return Use(*this);
}

StatementCache::Lease BlockingExecutor::portable(std::string_view sql, Deadline deadline) {
  if (StatementCache::Lease last = cache_.find_last(Language::Portable, sql)) {
    return last;
  }
  const StatementCache::Key key{Language::Portable, sql, StatementText::hash_of(sql)};
  if (StatementCache::Lease cached = cache_.find(key)) {
    return cached;
  }
  const std::shared_ptr<const NativeQuery> query = translations_.convert(sql);
  return cache_.add(key, session_->prepare(query->text, deadline));
}

StatementCache::Lease BlockingExecutor::native(const StatementText& sql, Deadline deadline) {
  const StatementCache::Key key{Language::Native, sql.text(), sql.hash()};
  if (StatementCache::Lease cached = cache_.find(key)) {
    return cached;
  }
  return cache_.add(key, session_->prepare(sql.text(), deadline));
}

void BlockingExecutor::run(PreparedStatement& statement, std::span<const ValueRef> parameters, Deadline deadline,
                           ResultSet& result) {
  Running running(*this, statement);
  session_->start(statement, parameters, RowDelivery::Whole, deadline);
  result.restart(statement.columns());
  const std::size_t width = statement.columns()->size();
  if (cells_.size() < width) {
    cells_.resize(width);
  }
  const std::span<ValueRef> cells(cells_.data(), width);
  while (width > 0 && session_->fetch(statement, cells)) {
    result.add_row(cells);
  }
  const StatementCounts counts = running.finish();
  result.set_counts(width == 0 ? counts.affected_rows : static_cast<std::int64_t>(result.size()),
                    counts.last_insert_id);
}

void BlockingExecutor::run(const StatementText& sql, Deadline deadline) {
  const StatementCache::Lease lease = native(sql, deadline);
  run_for_counts(lease.statement(), {}, deadline);
}

StatementCounts BlockingExecutor::run_for_counts(PreparedStatement& statement, std::span<const ValueRef> parameters,
                                                 Deadline deadline) {
  Running running(*this, statement);
  session_->start(statement, parameters, RowDelivery::Whole, deadline);
  const std::size_t width = statement.columns()->size();
  if (cells_.size() < width) {
    cells_.resize(width);
  }
  while (width > 0 && session_->fetch(statement, std::span<ValueRef>(cells_.data(), width))) {
  }
  return running.finish();
}

task<std::unique_ptr<Executor>> BlockingExecutor::open_another(Deadline deadline) {
  constexpr std::size_t no_cache = 0;
  const Use in_use = use();
  co_return std::make_unique<BlockingExecutor>(session_->open_another(deadline), translations_, no_cache);
}

void BlockingExecutor::close() noexcept {
  if (session_ == nullptr) {
    return;
  }
  for (OpenStream* stream : std::exchange(streams_, {})) {
    stream->abandon();
  }
  cache_.clear();
  std::unique_ptr<BlockingSession> closing;
  {
    const std::lock_guard lock(session_mutex_);
    closing = std::move(session_);
  }
  was_in_transaction_ = false;
}

void BlockingExecutor::interrupt() noexcept {
  const std::lock_guard lock(session_mutex_);
  if (session_ != nullptr) {
    session_->interrupt();
  }
}

bool BlockingExecutor::start(StatementOperation& operation) noexcept {
  try {
    const Use in_use = use();
    const StatementCache::Lease lease = native(*operation.statement, operation.deadline);
    run(lease.statement(), operation.parameters, operation.deadline, *operation.result);
  } catch (...) {
    operation.failure = std::current_exception();
  }
  return true;
}

}  // namespace dalia::internal
