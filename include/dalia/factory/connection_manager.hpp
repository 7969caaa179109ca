/// ConnectionManager: one database as an application sees it; it gives out connections.
#pragma once

#include <memory>
#include <string>

#include "dalia/connections/async_core.hpp"
#include "dalia/connections/blocking_session.hpp"
#include "dalia/connections/pollable_session.hpp"
#include "dalia/connections/sync_connection.hpp"
#include "dalia/core/database_config.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/event_loop.hpp"
#include "dalia/core/export.hpp"
#include "dalia/generators/sql_entity_generator.hpp"
#include "dalia/generators/sql_generator.hpp"

namespace dalia {

/// Owns a connection and gives it back when it goes. Move-only.
class SyncConnectionHandle {
 public:
  explicit SyncConnectionHandle(std::unique_ptr<SyncConnection> connection) noexcept
      : connection_(std::move(connection)) {}

  [[nodiscard]] SyncConnection* operator->() const noexcept { return connection_.get(); }
  [[nodiscard]] SyncConnection& operator*() const noexcept { return *connection_; }

 private:
  std::unique_ptr<SyncConnection> connection_;
};

/// Thread-safe. A new backend derives from it: it passes its generators up and makes sessions. Translations, schemas
/// and serializers are shared by all connections of one manager.
class DALIA_EXPORT ConnectionManager {
 public:
  ConnectionManager(const ConnectionManager&) = delete;
  ConnectionManager& operator=(const ConnectionManager&) = delete;
  virtual ~ConnectionManager();

  /// A connection of the caller's own, opened now.
  /// @throws ConnectionError, AuthenticationError, TimeoutError after connect_timeout.
  [[nodiscard]] SyncConnectionHandle sync_connection();
  /// The manager's one cached connection, opened on first use or after it was lost. For programs with one thread.
  [[nodiscard]] SyncConnection& get_sync_connection();
  /// Closes the cached connection.
  void release_sync_connection() noexcept;

  /// As the three above for coroutines, callbacks and futures; defined in dalia/asio.hpp. The result is an
  /// AsyncConnectionHandle. The manager must outlive the opening.
  /// @param arguments  [executor, or execution context, of the connection's own waits,] [completion token, default
  /// use_awaitable]. Without an executor it is the one of the completion handler.
  template <class... Arguments>
  [[nodiscard]] auto async_connection(Arguments&&... arguments);
  template <class... Arguments>
  [[nodiscard]] auto get_async_connection(Arguments&&... arguments);
  void release_async_connection() noexcept;

  /// Whether the calling thread runs an event loop on which a connection of this manager waits; blocking calls would
  /// stall it.
  [[nodiscard]] bool is_environment_async() const noexcept;

  /// For bindings to event loops: opens a connection for this loop, or gives the cached one. Both block.
  [[nodiscard]] std::shared_ptr<internal::AsyncCore> open_async(const std::shared_ptr<EventLoop>& loop);
  [[nodiscard]] std::shared_ptr<internal::AsyncCore> cached_async(const std::shared_ptr<EventLoop>& loop);

  [[nodiscard]] const DatabaseConfig& config() const noexcept;
  [[nodiscard]] const std::string& alias() const noexcept { return config().name(); }
  [[nodiscard]] std::string hash() const { return config().hash(); }
  [[nodiscard]] const SqlGenerator& sql_generator() const noexcept;
  [[nodiscard]] SerializerRegistry& serializers() noexcept;

 protected:
  ConnectionManager(DatabaseConfig config, std::unique_ptr<SqlGenerator> generator,
                    std::unique_ptr<SqlEntityGenerator> entity_generator);

  // A backend overrides one of these two, called from any thread.
  /// For a client library that blocks: opens one session.
  [[nodiscard]] virtual std::unique_ptr<BlockingSession> create_session(Deadline deadline);
  /// For a client library that can be polled: a session that is not connected yet. Null for one that blocks.
  [[nodiscard]] virtual std::unique_ptr<PollableSession> create_pollable_session();

 private:
  struct State;

  [[nodiscard]] std::unique_ptr<internal::SessionDriver> open_driver();
  [[nodiscard]] std::unique_ptr<SyncConnection> open_sync_connection();

  std::unique_ptr<State> state_;
};

}  // namespace dalia
