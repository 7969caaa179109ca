#include "dalia/factory/connection_manager.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "connections/blocking_driver.hpp"
#include "connections/database_context.hpp"
#include "connections/poll_driver.hpp"
#include "dalia/core/error.hpp"

namespace dalia {

struct ConnectionManager::State {
  std::shared_ptr<DatabaseContext> context;  ///< outlives the manager with its connections
  std::mutex cached_mutex;                   ///< guards the pointer below
  std::unique_ptr<SyncConnection> cached;
  std::mutex async_mutex;  ///< guards what follows
  std::shared_ptr<internal::AsyncCore> cached_async;
  std::vector<std::weak_ptr<EventLoop>> loops;
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

std::unique_ptr<internal::SessionDriver> ConnectionManager::open_driver() {
  const Deadline deadline = Deadline::in(config().connect_timeout);
  if (std::unique_ptr<PollableSession> session = create_pollable_session()) {
    return internal::PollDriver::open(std::move(session), deadline);
  }
  return std::make_unique<internal::BlockingDriver>(create_session(deadline));
}

std::unique_ptr<SyncConnection> ConnectionManager::open_sync_connection() {
  return std::make_unique<SyncConnection>(open_driver(), state_->context);
}

std::shared_ptr<internal::AsyncCore> ConnectionManager::open_async(const std::shared_ptr<EventLoop>& loop) {
  auto core = std::make_shared<internal::AsyncCore>(open_driver(), state_->context, loop);
  core->listen_to_the_end_of_the_loop();
  {
    const std::lock_guard lock(state_->async_mutex);
    std::erase_if(state_->loops, [](const std::weak_ptr<EventLoop>& known) { return known.expired(); });
    state_->loops.push_back(loop);
  }
  // The owners of the connection; calls that run own the core itself.
  internal::AsyncCore* const shared = core.get();
  return std::shared_ptr<internal::AsyncCore>(shared, [core](internal::AsyncCore*) { core->leave(); });
}

std::shared_ptr<internal::AsyncCore> ConnectionManager::cached_async(const std::shared_ptr<EventLoop>& loop) {
  const auto usable = [this] {
    const std::lock_guard lock(state_->async_mutex);
    return state_->cached_async != nullptr && state_->cached_async->is_usable() ? state_->cached_async : nullptr;
  };
  if (std::shared_ptr<internal::AsyncCore> cached = usable()) {
    return cached;
  }
  std::shared_ptr<internal::AsyncCore> opened = open_async(loop);
  const std::lock_guard lock(state_->async_mutex);
  opened.swap(state_->cached_async);  // the old one goes after the lock
  return state_->cached_async;
}

void ConnectionManager::release_async_connection() noexcept {
  std::shared_ptr<internal::AsyncCore> released;
  const std::lock_guard lock(state_->async_mutex);
  released.swap(state_->cached_async);
}

std::unique_ptr<BlockingSession> ConnectionManager::create_session(Deadline) {
  throw UsageError("this backend makes no sessions: override create_session or create_pollable_session");
}

std::unique_ptr<PollableSession> ConnectionManager::create_pollable_session() {
  return nullptr;
}

bool ConnectionManager::is_environment_async() const noexcept {
  const std::lock_guard lock(state_->async_mutex);
  return std::any_of(state_->loops.begin(), state_->loops.end(), [](const std::weak_ptr<EventLoop>& known) {
    const std::shared_ptr<EventLoop> loop = known.lock();
    return loop != nullptr && loop->runs_here();
  });
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
