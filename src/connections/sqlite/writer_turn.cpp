#include "connections/sqlite/writer_turn.hpp"

#include <unordered_map>

namespace dalia::internal::sqlite {

std::shared_ptr<WriterTurn> WriterTurn::of(const std::string& key) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::weak_ptr<WriterTurn>> turns;  // guarded by mutex
  const std::lock_guard lock(mutex);
  std::weak_ptr<WriterTurn>& known = turns[key];
  std::shared_ptr<WriterTurn> turn = known.lock();
  if (!turn) {
    std::erase_if(turns, [&](const auto& entry) { return entry.first != key && entry.second.expired(); });
    turn = std::make_shared<WriterTurn>();
    turns[key] = turn;
  }
  return turn;
}

WriterTurn::Outcome WriterTurn::take(Deadline deadline, const std::atomic<bool>& stopped) {
  std::unique_lock lock(mutex_);
  if (!taken_) {
    taken_ = true;
    return Outcome::Taken;
  }
  Waiter self;
  const auto place = waiters_.insert(waiters_.end(), &self);
  const auto may_go_on = [&] { return self.has_turn || stopped.load(std::memory_order_relaxed); };
  if (deadline.is_never()) {
    self.ready.wait(lock, may_go_on);
  } else {
    self.ready.wait_until(lock, deadline.at(), may_go_on);
  }
  if (self.has_turn) {
    return Outcome::Taken;
  }
  waiters_.erase(place);
  return stopped.load(std::memory_order_relaxed) ? Outcome::Stopped : Outcome::TimedOut;
}

void WriterTurn::give() noexcept {
  const std::lock_guard lock(mutex_);
  if (waiters_.empty()) {
    taken_ = false;
    return;
  }
  Waiter& next = *waiters_.front();
  waiters_.pop_front();
  next.has_turn = true;
  next.ready.notify_one();  // under the lock, so that the waiter cannot be gone
}

void WriterTurn::wake() noexcept {
  const std::lock_guard lock(mutex_);
  for (Waiter* waiter : waiters_) {
    waiter->ready.notify_one();
  }
}

}  // namespace dalia::internal::sqlite
