#include "connections/poll_driver.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

using std::chrono::milliseconds;

/// For the server to hear that it should stop, and then to say that it has.
constexpr milliseconds cancel_limit{2'000};
/// A server that had not yet begun with the statement overhears that it should stop; so it is told again.
constexpr milliseconds cancel_interval{100};

ErrorFacts facts_of(std::string_view backend) {
  ErrorFacts facts;
  facts.backend = backend;
  return facts;
}

/// For poll(), rounded up, so that it does not return just before the time and spin.
int poll_timeout(Deadline deadline) noexcept {
  if (deadline.is_never()) {
    return -1;
  }
  constexpr milliseconds longest{60'000};
  const auto left = std::chrono::ceil<milliseconds>(deadline.remaining());
  return static_cast<int>(std::min(left, longest).count());
}

class Flag {
 public:
  explicit Flag(std::atomic<bool>& flag) noexcept : flag_(flag) { flag_.store(true, std::memory_order_relaxed); }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;
  ~Flag() { flag_.store(false, std::memory_order_relaxed); }

 private:
  std::atomic<bool>& flag_;
};

}  // namespace

PollDriver::PollDriver(std::unique_ptr<PollableSession> session, Deadline deadline) : session_(std::move(session)) {
  session_->begin_connect();
  Readiness ready = Readiness::None;
  for (Readiness wanted = session_->step(ready); wanted != Readiness::None; wanted = session_->step(ready)) {
    ready = wait(wanted, deadline);
    if (ready == Readiness::None) {
      throw TimeoutError("the server did not answer within the time limit for connecting; check host and port",
                         TimeoutPhase::Connect, facts_of(backend()));
    }
  }
}

PollDriver::~PollDriver() = default;

std::unique_ptr<PreparedStatement> PollDriver::prepare(const std::string& native, Deadline deadline) {
  make_way();
  std::unique_ptr<PreparedStatement> statement = session_->begin_prepare(native);
  complete(deadline);
  return statement;
}

void PollDriver::start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                       Deadline deadline) {
  make_way();
  was_in_transaction_ = session_->in_transaction();
  session_->begin_execute(statement, parameters, delivery);
  open_ = &statement;
  open_deadline_ = deadline;
  complete_run(statement);
  if (was_cancelled_ && session_->ends_well_when_cancelled() && statement.columns()->size() > 0) {
    throw TimeoutError("the statement ran into its time limit and was stopped", TimeoutPhase::Query,
                       facts_of(backend()));
  }
}

/// A link that dies while a change may be on its way leaves its outcome open.
void PollDriver::complete_run(const PreparedStatement& statement) {
  try {
    complete(open_deadline_);
  } catch (const ConnectionError& error) {
    const bool dies_with_the_transaction = was_in_transaction_ && !statement.ends_transaction();
    if (error.facts().undone || dies_with_the_transaction || statement.only_reads()) {
      throw;
    }
    ErrorFacts facts = error.facts();
    facts.outcome_unknown = true;
    throw OutcomeUnknown(std::string(error.what()) + "; the change it was making may or may not have happened",
                         std::move(facts));
  }
}

bool PollDriver::fetch(PreparedStatement& statement, std::span<ValueRef> cells) {
  if (&statement != open_) {
    const auto found = kept(statement);
    return found != kept_.end() && fetch_kept(*found, cells);
  }
  for (;;) {
    switch (session_->fetch(statement, cells)) {
      case PollableSession::Fetched::Row:
        return true;
      case PollableSession::Fetched::End:
        return false;
      case PollableSession::Fetched::Waiting:
        complete_run(statement);
    }
  }
}

bool PollDriver::fetch_kept(Kept& kept, std::span<ValueRef> cells) {
  const std::span<const ValueRef> all = kept.rows.cells();
  if (kept.next >= all.size()) {
    if (kept.failure) {
      std::rethrow_exception(std::exchange(kept.failure, nullptr));
    }
    return false;
  }
  std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(kept.next), kept.width, cells.begin());
  kept.next += kept.width;
  return true;
}

StatementCounts PollDriver::finish(PreparedStatement& statement) noexcept {
  try {
    const auto found = kept(statement);
    if (found != kept_.end()) {
      const StatementCounts counts = found->counts;
      kept_.erase(found);
      return counts;
    }
    return &statement == open_ ? end(statement) : StatementCounts();
  } catch (const std::exception&) {
    is_usable_ = false;  // something is left in the link that nobody will read
    return StatementCounts();
  }
}

StatementCounts PollDriver::end(PreparedStatement& statement) {
  open_ = nullptr;
  session_->begin_finish(statement);
  complete(std::max(open_deadline_, Deadline::in(cancel_limit)));
  return session_->counts();
}

std::unique_ptr<BlockingSession> PollDriver::open_another(Deadline deadline) {
  std::unique_ptr<PollableSession> another = session_->make_another();
  return another ? std::make_unique<PollDriver>(std::move(another), deadline) : BlockingSession::open_another(deadline);
}

void PollDriver::interrupt() noexcept {
  if (running_.load(std::memory_order_relaxed)) {
    session_->cancel(Deadline::in(cancel_limit));
  }
}

std::vector<PollDriver::Kept>::iterator PollDriver::kept(const PreparedStatement& statement) noexcept {
  return std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.statement == &statement; });
}

/// A link carries one answer at a time: what is left of an open stream moves into memory.
void PollDriver::make_way() {
  if (open_ == nullptr) {
    return;
  }
  PreparedStatement& statement = *open_;
  Kept rest;
  rest.statement = &statement;
  rest.width = statement.columns()->size();
  std::vector<ValueRef> cells(rest.width);
  try {
    while (fetch(statement, cells)) {
      rest.rows.add(cells);
    }
    rest.counts = end(statement);
  } catch (const Error&) {
    rest.failure = std::current_exception();
    open_ = nullptr;
  }
  kept_.push_back(std::move(rest));
}

void PollDriver::complete(Deadline deadline) {
  was_cancelled_ = false;
  const Flag running(running_);
  Deadline gives_up_at;
  Readiness ready = Readiness::None;
  try {
    for (Readiness wanted = session_->step(ready); wanted != Readiness::None; wanted = session_->step(ready)) {
      ready = wait(wanted, deadline);
      if (ready == Readiness::None) {
        gives_up_at = was_cancelled_ ? gives_up_at : Deadline::in(cancel_limit);
        cancel(gives_up_at);
        deadline = std::min(gives_up_at, Deadline::in(cancel_interval));
      }
    }
  } catch (const ConnectionError&) {
    throw;
  } catch (const TimeoutError&) {
    throw;  // given up
  } catch (const Error& error) {
    if (!was_cancelled_) {
      throw;
    }
    throw TimeoutError("the statement ran into its time limit and was stopped", TimeoutPhase::Query, error.facts());
  }
}

/// Stops the statement on the server; its answer then ends the operation. A server that does not even do that is given
/// up with its link.
void PollDriver::cancel(Deadline gives_up_at) {
  if (gives_up_at.has_passed()) {
    is_usable_ = false;
    ErrorFacts facts = facts_of(backend());
    facts.outcome_unknown = true;
    throw TimeoutError(
        "the statement ran into its time limit and the server did not confirm that it stopped; the "
        "connection is closed",
        TimeoutPhase::Query, std::move(facts));
  }
  was_cancelled_ = true;
  session_->cancel(gives_up_at);
}

/// @return what is ready, or None at the deadline.
Readiness PollDriver::wait(Readiness wanted, Deadline deadline) {
  const Deadline wakes_at = has(wanted, Readiness::Timer) ? session_->wakes_at() : Deadline();
  for (;;) {
    pollfd descriptor{};
    descriptor.fd = session_->descriptor();
    descriptor.events =
        static_cast<short>((has(wanted, Readiness::Read) ? POLLIN : 0) | (has(wanted, Readiness::Write) ? POLLOUT : 0));
    const int count = ::poll(&descriptor, 1, poll_timeout(std::min(deadline, wakes_at)));
    if (count > 0) {
      const bool broken = (descriptor.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
      const bool reads = (descriptor.revents & POLLIN) != 0 || (broken && has(wanted, Readiness::Read));
      const bool writes = (descriptor.revents & POLLOUT) != 0 || (broken && has(wanted, Readiness::Write));
      return (reads ? Readiness::Read : Readiness::None) | (writes ? Readiness::Write : Readiness::None);
    }
    if (count < 0 && errno != EINTR) {
      throw ConnectionError("waiting for the server failed", facts_of(backend()));
    }
    if (deadline.has_passed()) {
      return Readiness::None;
    }
    if (wakes_at.has_passed()) {
      return Readiness::Timer;
    }
  }
}

}  // namespace dalia::internal
