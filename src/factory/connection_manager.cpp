#include "dalia/factory/connection_manager.hpp"

#include <mutex>
#include <utility>

#include "connections/blocking_driver.hpp"
#include "connections/database_context.hpp"
#include "connections/poll_driver.hpp"
#include "dalia/core/error.hpp"

namespace dalia {

struct ConnectionManager::State {
  std::shared_ptr<DatabaseContext> context;  ///< outlives the manager with its connections
  std::mutex cached_mutex;                   ///< guards the pointer below
  std::unique_ptr<SyncConnection> cached;
};

ConnectionManager::ConnectionManager(DatabaseConfig config, std::unique_ptr<SqlGenerator> generator,
                                     std::unique_ptr<SqlEntityGenerator> entity_generator)
    : state_(std::make_unique<State>()) {
  state_->context =
      std::make_shared<DatabaseContext>(std::move(config), std::move(generator), std::move(entity_generator));
}

ConnectionManager::~ConnectionManager() = default;

SyncConnectionHandle ConnectionManager::sync_connection() {
  return SyncConnectionHandle(open_sync_connection());
}

SyncConnection& ConnectionManager::get_sync_connection() {
  const std::lock_guard lock(state_->cached_mutex);
  if (!state_->cached || !state_->cached->is_usable()) {
    state_->cached.reset();
    state_->cached = open_sync_connection();
  }
  return *state_->cached;
}

void ConnectionManager::release_sync_connection() noexcept {
  std::unique_ptr<SyncConnection> released;
  const std::lock_guard lock(state_->cached_mutex);
  released.swap(state_->cached);
}

std::unique_ptr<SyncConnection> ConnectionManager::open_sync_connection() {
  const Deadline deadline = Deadline::in(config().connect_timeout);
  std::unique_ptr<internal::SessionDriver> driver;
  if (std::unique_ptr<PollableSession> session = create_pollable_session()) {
    driver = internal::PollDriver::open(std::move(session), deadline);
  } else {
    driver = std::make_unique<internal::BlockingDriver>(create_session(deadline));
  }
  return std::make_unique<SyncConnection>(std::move(driver), state_->context);
}

std::unique_ptr<BlockingSession> ConnectionManager::create_session(Deadline) {
  throw UsageError("this backend makes no sessions: override create_session or create_pollable_session");
}

std::unique_ptr<PollableSession> ConnectionManager::create_pollable_session() {
  return nullptr;
}

bool ConnectionManager::is_environment_async() const noexcept {
  return false;
}

const DatabaseConfig& ConnectionManager::config() const noexcept {
  return state_->context->config();
}

const SqlGenerator& ConnectionManager::sql_generator() const noexcept {
  return state_->context->generator();
}

SerializerRegistry& ConnectionManager::serializers() noexcept {
  return state_->context->entities().serializers();
}

}  // namespace dalia
