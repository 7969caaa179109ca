#include "connections/poll_driver.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "connections/poll_waiter.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

using std::chrono::milliseconds;

/// For the server to hear that it should stop, and then to say that it has.
constexpr milliseconds cancel_limit{2'000};
/// A server that had not yet begun with the statement overhears that it should stop; so it is told again.
constexpr milliseconds cancel_interval{100};

ErrorFacts facts_of(const Session& session) {
  ErrorFacts facts;
  facts.backend = session.backend();
  return facts;
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

PollDriver::PollDriver(std::unique_ptr<PollableSession> session, std::unique_ptr<LinkWaiter> waiter) noexcept
    : session_(std::move(session)), waiter_(std::move(waiter)) {}

PollDriver::~PollDriver() = default;

std::unique_ptr<PollDriver> PollDriver::open(std::unique_ptr<PollableSession> session, Deadline deadline) {
  auto waiter = std::make_unique<PollWaiter>(session->backend());
  auto driver = std::make_unique<PollDriver>(std::move(session), std::move(waiter));
  run_sync(driver->connect(deadline));
  return driver;
}

task<void> PollDriver::connect(Deadline deadline) {
  session_->begin_connect();
  Readiness ready = Readiness::None;
  for (Readiness wanted = session_->step(ready); wanted != Readiness::None; wanted = session_->step(ready)) {
    const Readiness happened = co_await wait(wanted, deadline);
    ready = with_timer(happened, wanted, deadline);
    if (ready == Readiness::None) {
      throw TimeoutError("the server did not answer within the time limit for connecting; check host and port",
                         TimeoutPhase::Connect, facts_of(*session_));
    }
  }
}

Soon<std::unique_ptr<PreparedStatement>> PollDriver::prepare(const std::string& native, Deadline deadline) {
  return prepare_later(native, deadline);
}

task<std::unique_ptr<PreparedStatement>> PollDriver::prepare_later(const std::string& native, Deadline deadline) {
  if (open_ != nullptr) {
    co_await make_way();
  }
  std::unique_ptr<PreparedStatement> statement = session_->begin_prepare(native);
  co_await complete(deadline, nullptr);
  co_return statement;
}

Soon<void> PollDriver::start(PreparedStatement& statement, std::span<const ValueRef> parameters, RowDelivery delivery,
                             Deadline deadline) {
  if (open_ != nullptr) {
    return start_later(statement, parameters, delivery, deadline);
  }
  return start_now(statement, parameters, delivery, deadline);
}

task<void> PollDriver::start_later(PreparedStatement& statement, std::span<const ValueRef> parameters,
                                   RowDelivery delivery, Deadline deadline) {
  co_await make_way();
  co_await start_now(statement, parameters, delivery, deadline);
}

Soon<void> PollDriver::start_now(PreparedStatement& statement, std::span<const ValueRef> parameters,
                                 RowDelivery delivery, Deadline deadline) {
  was_in_transaction_ = session_->in_transaction();
  session_->begin_execute(statement, parameters, delivery);
  open_ = &statement;
  open_deadline_ = deadline;
  return complete(deadline, &statement);
}

PollDriver::Fetched PollDriver::fetch(PreparedStatement& statement, std::span<ValueRef> cells) {
  if (&statement == open_) {
    return session_->fetch(statement, cells);
  }
  const auto found = kept(statement);
  return found == kept_.end() ? Fetched::End : fetch_kept(*found, cells);
}

Soon<void> PollDriver::await_row(PreparedStatement& statement) {
  return complete(open_deadline_, &statement);
}

PollDriver::Fetched PollDriver::fetch_kept(Kept& kept, std::span<ValueRef> cells) {
  const std::span<const ValueRef> all = kept.rows.cells();
  if (kept.next >= all.size()) {
    if (kept.failure) {
      std::rethrow_exception(std::exchange(kept.failure, nullptr));
    }
    return Fetched::End;
  }
  std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(kept.next), kept.width, cells.begin());
  kept.next += kept.width;
  return Fetched::Row;
}

Soon<StatementCounts> PollDriver::finish(PreparedStatement& statement) noexcept {
  const auto found = kept(statement);
  if (found != kept_.end()) {
    const StatementCounts counts = found->counts;
    kept_.erase(found);
    return counts;
  }
  if (&statement != open_) {
    return StatementCounts();
  }
  try {
    Soon<void> rest = begin_end(statement);
    if (rest.is_ready()) {
      return session_->counts();
    }
    return finish_later(std::move(rest));
  } catch (const std::exception&) {
    is_usable_ = false;  // something is left in the link that nobody will read
    return StatementCounts();
  }
}

task<StatementCounts> PollDriver::finish_later(Soon<void> rest) {
  try {
    co_await rest;
  } catch (const std::exception&) {
    is_usable_ = false;  // as above
    co_return StatementCounts();
  }
  co_return session_->counts();
}

Soon<void> PollDriver::begin_end(PreparedStatement& statement) {
  open_ = nullptr;
  session_->begin_finish(statement);
  return complete(std::max(open_deadline_, Deadline::in(cancel_limit)), nullptr);
}

Soon<std::unique_ptr<SessionDriver>> PollDriver::open_another(Deadline deadline) {
  std::unique_ptr<PollableSession> another = session_->make_another();
  if (another == nullptr) {
    throw UsageError("this engine opens no other connection beside an open transaction");
  }
  return std::unique_ptr<SessionDriver>(open(std::move(another), deadline));
}

void PollDriver::interrupt() noexcept {
  if (running_.load(std::memory_order_relaxed)) {
    session_->cancel(Deadline::in(cancel_limit));
  }
}

std::vector<PollDriver::Kept>::iterator PollDriver::kept(const PreparedStatement& statement) noexcept {
  return std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.statement == &statement; });
}

/// A link carries one answer at a time: what is left of the open stream moves into memory.
task<void> PollDriver::make_way() {
  PreparedStatement& statement = *open_;
  Kept rest;
  rest.statement = &statement;
  rest.width = statement.columns()->size();
  std::vector<ValueRef> cells(rest.width);
  try {
    for (Fetched fetched = session_->fetch(statement, cells); fetched != Fetched::End;
         fetched = session_->fetch(statement, cells)) {
      if (fetched == Fetched::Waiting) {
        co_await await_row(statement);
      } else {
        rest.rows.add(cells);
      }
    }
    co_await begin_end(statement);
    rest.counts = session_->counts();
  } catch (const Error&) {
    rest.failure = std::current_exception();
    open_ = nullptr;
  }
  kept_.push_back(std::move(rest));
}

/// @param running  the statement, where the operation runs one.
Soon<void> PollDriver::complete(Deadline deadline, const PreparedStatement* running) {
  was_cancelled_ = false;
  Readiness wanted = Readiness::None;
  try {
    wanted = session_->step(Readiness::None);
  } catch (const ConnectionError& error) {
    rethrow_link_failure(error, running);
  }
  return wanted == Readiness::None ? Soon<void>() : Soon<void>(wait_until_complete(wanted, deadline, running));
}

task<void> PollDriver::wait_until_complete(Readiness wanted, Deadline deadline, const PreparedStatement* running) {
  const Flag flag(running_);
  Deadline gives_up_at;
  try {
    while (wanted != Readiness::None) {
      const Readiness happened = co_await wait(wanted, deadline);
      const Readiness ready = with_timer(happened, wanted, deadline);
      if (ready == Readiness::None) {
        gives_up_at = was_cancelled_ ? gives_up_at : Deadline::in(cancel_limit);
        cancel(gives_up_at);
        deadline = std::min(gives_up_at, Deadline::in(cancel_interval));
      }
      wanted = session_->step(ready);
    }
  } catch (const ConnectionError& error) {
    rethrow_link_failure(error, running);
  } catch (const TimeoutError&) {
    throw;  // given up
  } catch (const Error& error) {
    if (!was_cancelled_) {
      throw;
    }
    throw TimeoutError("the statement ran into its time limit and was stopped", TimeoutPhase::Query, error.facts());
  }
  // What ends well may have fewer rows than it should.
  if (was_cancelled_ && running != nullptr && session_->ends_well_when_cancelled() && running->columns()->size() > 0) {
    throw TimeoutError("the statement ran into its time limit and was stopped", TimeoutPhase::Query,
                       facts_of(*session_));
  }
}

/// A link that dies while a change may be on its way leaves its outcome open.
void PollDriver::rethrow_link_failure(const ConnectionError& error, const PreparedStatement* running) const {
  const bool dies_with_the_transaction = was_in_transaction_ && running != nullptr && !running->ends_transaction();
  if (running == nullptr || error.facts().undone || dies_with_the_transaction || running->only_reads()) {
    throw;
  }
  ErrorFacts facts = error.facts();
  facts.outcome_unknown = true;
  throw OutcomeUnknown(std::string(error.what()) + "; the change it was making may or may not have happened",
                       std::move(facts));
}

/// Stops the statement on the server; its answer then ends the operation. A server that does not even do that is given
/// up with its link.
void PollDriver::cancel(Deadline gives_up_at) {
  if (gives_up_at.has_passed()) {
    is_usable_ = false;
    ErrorFacts facts = facts_of(*session_);
    facts.outcome_unknown = true;
    throw TimeoutError(
        "the statement ran into its time limit and the server did not confirm that it stopped; the "
        "connection is closed",
        TimeoutPhase::Query, std::move(facts));
  }
  was_cancelled_ = true;
  session_->cancel(gives_up_at);
}

/// Until something is ready, the deadline has passed or the session's own time has come.
LinkWaiter::Awaiter PollDriver::wait(Readiness wanted, Deadline deadline) noexcept {
  const Deadline wakes_at = has(wanted, Readiness::Timer) ? session_->wakes_at() : Deadline();
  return waiter_->wait(session_->descriptor(), wanted, std::min(deadline, wakes_at));
}

/// What happened while it waited: None at the deadline.
Readiness PollDriver::with_timer(Readiness ready, Readiness wanted, Deadline deadline) const noexcept {
  const bool is_time = ready == Readiness::None && has(wanted, Readiness::Timer) && session_->wakes_at().has_passed();
  return is_time && !deadline.has_passed() ? Readiness::Timer : ready;
}

}  // namespace dalia::internal
