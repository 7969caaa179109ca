/// SessionExecutor: runs statements on a session through a cache of prepared statements. Written once for blocking and
/// asynchronous connections: where it waits is the driver's business.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "connections/session_driver.hpp"
#include "connections/statement_cache.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/executor.hpp"
#include "dalia/core/result_set.hpp"
#include "generators/translation_cache.hpp"

namespace dalia::internal {

class OpenStream;

/// One operation at a time, which use() checks; interrupt() from any thread.
class SessionExecutor final : public Executor {
 public:
  /// Held while an operation uses the connection. Move-only; may be empty.
  class Use {
   public:
    Use() = default;
    Use(Use&& other) noexcept : executor_(std::exchange(other.executor_, nullptr)) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (executor_ != nullptr) {
        executor_->in_use_.clear(std::memory_order_release);
      }
    }

   private:
    friend class SessionExecutor;
    explicit Use(SessionExecutor& executor) noexcept : executor_(&executor) {}
    SessionExecutor* executor_ = nullptr;
  };

  /// @param translations  must outlive the executor.
  SessionExecutor(std::unique_ptr<SessionDriver> driver, TranslationCache& translations, std::size_t cache_size);
  ~SessionExecutor() override;

  [[nodiscard]] bool in_transaction() const noexcept override {
    return driver_ != nullptr && (begin_ != nullptr || driver_->session().in_transaction());
  }
  [[nodiscard]] std::uint64_t transaction_serial() const noexcept override {
    return transaction_serial_ + (begin_ != nullptr ? 1 : 0);
  }

  void forget_statements() noexcept override {
    if (driver_ != nullptr && driver_->session().fixes_parameter_types()) {
      cache_.clear();
    }
  }

  Soon<void> execute(const StatementText& statement, std::span<const ValueRef> parameters, Deadline deadline,
                     ResultSet& result) override;
  Soon<void> execute_with_next(const StatementText& begin, Deadline deadline, ResultSet& ignored) override;
  task<std::unique_ptr<Executor>> open_another(Deadline deadline) override;

  /// @throws UsageError where another operation runs, ConnectionError once closed.
  [[nodiscard]] Use use();

  /// As execute(), for portable SQL.
  Soon<void> execute_portable(Use in_use, std::string_view sql, std::span<const ValueRef> parameters, Deadline deadline,
                              ResultSet& result);

  // The caller holds use() from here on.
  [[nodiscard]] Soon<StatementCache::Lease> portable(std::string_view sql, Deadline deadline);
  [[nodiscard]] Soon<StatementCache::Lease> native(const StatementText& sql, Deadline deadline);
  /// Only where it is prepared already; else empty.
  [[nodiscard]] StatementCache::Lease find(std::string_view portable) noexcept { return find_portable(portable); }
  [[nodiscard]] std::shared_ptr<const NativeQuery> native_text(std::string_view portable) {
    return translations_.convert(portable);
  }
  /// Runs it to its end. @param result  is emptied first.
  Soon<void> run(PreparedStatement& statement, std::span<const ValueRef> parameters, Deadline deadline,
                 ResultSet& result) {
    return run_holding(Held(), statement, parameters, deadline, result);
  }
  /// As above for a statement without parameters, whose rows nobody wants.
  task<void> run(const StatementText& sql, Deadline deadline);
  /// Runs them in one round trip, where driver()->can_pipeline(). @param take  gets each answer in its turn, and may
  /// take it away; those taken before an error tell which execution failed.
  task<void> run_pipeline(std::span<const Execution> executions, Deadline deadline,
                          const std::function<void(ResultSet&)>& take);
  /// To be called after whatever may have begun or ended a transaction.
  void note_transaction() noexcept {
    const bool is_open = driver_->session().in_transaction();
    transaction_serial_ += is_open && !was_in_transaction_ ? 1 : 0;
    was_in_transaction_ = is_open;
  }

  /// Null once closed.
  [[nodiscard]] SessionDriver* driver() const noexcept { return driver_.get(); }
  /// Ends the open streams, then the session. Not while an operation runs.
  void close() noexcept;
  void interrupt() noexcept;
  /// Stops the statement of a call whose cancellation was requested and not heard yet; from any thread.
  void stop_call() noexcept;
  /// Before close() where something may be half read: nothing is waited for any more.
  void cut() noexcept;
  [[nodiscard]] bool has_streams() const noexcept { return !streams_.empty(); }

  void add(OpenStream& stream) { streams_.push_back(&stream); }
  void remove(OpenStream& stream) noexcept { std::erase(streams_, &stream); }

 private:
  /// What an operation holds while it runs.
  struct Held {
    Held() = default;
    Held(Use in_use, StatementCache::Lease taken) noexcept : use(std::move(in_use)), lease(std::move(taken)) {}

    Use use;
    StatementCache::Lease lease;
  };

  task<void> run_once_leased(Use in_use, Soon<StatementCache::Lease> lease, std::span<const ValueRef> parameters,
                             Deadline deadline, ResultSet& result);
  task<void> run_with_begin(Use in_use, const StatementText& begin, const StatementText& statement,
                            std::span<const ValueRef> parameters, Deadline deadline, ResultSet& result);
  Soon<void> run_holding(Held held, PreparedStatement& statement, std::span<const ValueRef> parameters,
                         Deadline deadline, ResultSet& result);
  enum class From { Start, Rows };
  task<void> run_waiting(Held held, Soon<void> operation, From from, PreparedStatement& statement, ResultSet& result);
  task<void> end_waiting(Held held, Soon<StatementCounts> finishing, std::exception_ptr failure,
                         PreparedStatement& statement, ResultSet& result);
  void take_columns(const PreparedStatement& statement, ResultSet& result);
  [[nodiscard]] bool take_rows(PreparedStatement& statement, ResultSet& result);
  void take_answer(PreparedStatement& statement, ResultSet& result);
  static void set_counts(const StatementCounts& counts, const PreparedStatement& statement, ResultSet& result) noexcept;
  void end_run(const StatementCounts& counts, const std::exception_ptr& failure, const PreparedStatement& statement,
               ResultSet& result);
  [[nodiscard]] static StatementCache::Key portable_key(std::string_view sql) noexcept;
  [[nodiscard]] static StatementCache::Key native_key(const StatementText& sql) noexcept;
  [[nodiscard]] StatementCache::Lease find_portable(std::string_view sql) noexcept;
  task<StatementCache::Lease> prepare(StatementCache::Key key, std::string native, Deadline deadline);

  TranslationCache& translations_;
  std::mutex driver_mutex_;  ///< guards the pointer below between interrupt() and close()
  std::unique_ptr<SessionDriver> driver_;
  StatementCache cache_;
  const StatementText* begin_ = nullptr;  ///< to be sent with the next statement
  std::vector<ValueRef> cells_;           ///< of the row being read
  std::vector<OpenStream*> streams_;
  std::atomic_flag in_use_;
  std::uint64_t transaction_serial_ = 0;
  bool was_in_transaction_ = false;
};

/// What a stream of rows lets its connection do to it.
class OpenStream {
 public:
  OpenStream() = default;
  OpenStream(const OpenStream&) = delete;
  OpenStream& operator=(const OpenStream&) = delete;

  /// Gives up the statement; the connection closes.
  virtual void abandon() noexcept = 0;

 protected:
  ~OpenStream() = default;
};

}  // namespace dalia::internal
