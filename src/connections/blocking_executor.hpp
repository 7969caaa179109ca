/// BlockingExecutor: runs statements on a BlockingSession, on the calling thread, through a cache of prepared
/// statements.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "connections/statement_cache.hpp"
#include "dalia/connections/blocking_session.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/executor.hpp"
#include "dalia/core/result_set.hpp"
#include "generators/translation_cache.hpp"

namespace dalia::internal {

class OpenStream;

/// One thread at a time, which use() checks; interrupt() from any.
class BlockingExecutor final : public Executor {
 public:
  /// Held while an operation uses the connection.
  class Use {
   public:
    ~Use() { executor_.in_use_.clear(std::memory_order_release); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    friend class BlockingExecutor;
    explicit Use(BlockingExecutor& executor) noexcept : executor_(executor) {}
    BlockingExecutor& executor_;
  };

  /// @param translations  must outlive the executor.
  BlockingExecutor(std::unique_ptr<BlockingSession> session, TranslationCache& translations, std::size_t cache_size);
  ~BlockingExecutor() override;

  [[nodiscard]] bool in_transaction() const noexcept override {
    return session_ != nullptr && session_->in_transaction();
  }
  [[nodiscard]] std::uint64_t transaction_serial() const noexcept override { return transaction_serial_; }

  void forget_statements() noexcept override {
    if (session_ != nullptr && session_->fixes_parameter_types()) {
      cache_.clear();
    }
  }

  task<std::unique_ptr<Executor>> open_another(Deadline deadline) override;

  /// @throws UsageError where another operation runs, ConnectionError once closed.
  [[nodiscard]] Use use();

  // The caller holds use() from here on.
  [[nodiscard]] StatementCache::Lease portable(std::string_view sql, Deadline deadline);
  [[nodiscard]] StatementCache::Lease native(const StatementText& sql, Deadline deadline);
  [[nodiscard]] std::shared_ptr<const NativeQuery> native_text(std::string_view portable) {
    return translations_.convert(portable);
  }
  /// Runs it to its end. @param result  is emptied first.
  void run(PreparedStatement& statement, std::span<const ValueRef> parameters, Deadline deadline, ResultSet& result);
  /// As above for a statement without parameters.
  void run(const StatementText& sql, Deadline deadline);
  /// As above without keeping the rows.
  StatementCounts run_for_counts(PreparedStatement& statement, std::span<const ValueRef> parameters, Deadline deadline);
  /// To be called after whatever may have begun or ended a transaction.
  void note_transaction() noexcept {
    const bool is_open = session_->in_transaction();
    transaction_serial_ += is_open && !was_in_transaction_ ? 1 : 0;
    was_in_transaction_ = is_open;
  }

  /// Null once closed.
  [[nodiscard]] BlockingSession* session() const noexcept { return session_.get(); }
  /// Ends the open streams, then the session. Not while an operation runs.
  void close() noexcept;
  void interrupt() noexcept;

  void add(OpenStream& stream) { streams_.push_back(&stream); }
  void remove(OpenStream& stream) noexcept { std::erase(streams_, &stream); }

 protected:
  bool start(StatementOperation& operation) noexcept override;

 private:
  class Running;

  TranslationCache& translations_;
  std::mutex session_mutex_;  ///< guards the pointer below between interrupt() and close()
  std::unique_ptr<BlockingSession> session_;
  StatementCache cache_;
  std::vector<ValueRef> cells_;  ///< of the row being read
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
