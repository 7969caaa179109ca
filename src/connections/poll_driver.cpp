#include "connections/poll_driver.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "connections/poll_waiter.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

using std::chrono::milliseconds;

/// For the server to hear that it should stop, and then to say that it has.
constexpr milliseconds cancel_limit{2'000};
/// A server that had not yet begun with the statement overhears that it should stop; so it is told again.
constexpr milliseconds cancel_interval{100};

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
  heed_cancellation(deadline);
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
  heed_cancellation(deadline);
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

Soon<void> PollDriver::start_pipeline(std::span<const Execution> executions, Deadline deadline) {
  if (open_ != nullptr) {
    return start_pipeline_later(executions, deadline);
  }
  return start_pipeline_now(executions, deadline);
}

task<void> PollDriver::start_pipeline_later(std::span<const Execution> executions, Deadline deadline) {
  co_await make_way();
  co_await start_pipeline_now(executions, deadline);
}

Soon<void> PollDriver::start_pipeline_now(std::span<const Execution> executions, Deadline deadline) {
  const auto reads = [](const Execution& execution) {
    return execution.statement->only_reads() || execution.statement->ends_transaction();
  };
  const bool only_reads = std::all_of(executions.begin(), executions.end(), reads);
  heed_cancellation(deadline);
  was_in_transaction_ = true;
  session_->begin_pipeline(executions);
  pipeline_ = executions;
  pipeline_end_ = only_reads ? nullptr : executions.back().statement;
  open_ = executions.front().statement;
  open_deadline_ = deadline;
  stop_ = Stop::None;
  is_pipeline_ = true;
  return complete(deadline, pipeline_end_);
}

Soon<void> PollDriver::await_answer() {
  pipeline_ = pipeline_.subspan(1);
  open_ = pipeline_.empty() ? nullptr : pipeline_.front().statement;
  session_->begin_answer();
  return complete(open_deadline_, pipeline_end_);
}

void PollDriver::end_pipeline() noexcept {
  if (std::exchange(is_pipeline_, false) && stop_ == Stop::Cancellation) {
    cancellation()->request();  // the next statement of the call hears it
  }
  pipeline_ = std::span<const Execution>();
  open_ = nullptr;
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
  return complete(std::max(open_deadline_, Deadline::in(cancel_limit)).as_for_cleanup(), nullptr);
}

Soon<std::unique_ptr<SessionDriver>> PollDriver::open_another(Deadline deadline) {
  std::unique_ptr<PollableSession> another = session_->make_another();
  if (another == nullptr) {
    throw UsageError("this engine opens no other connection beside an open transaction");
  }
  return open_aside(std::move(another), deadline);
}

task<std::unique_ptr<SessionDriver>> PollDriver::open_aside(std::unique_ptr<PollableSession> session,
                                                            Deadline deadline) {
  std::unique_ptr<PollDriver> another;
  std::function<void()> work = [&] { another = open(std::move(session), deadline); };
  co_await waiter_->run_aside(std::move(work));
  another->wait_through(waiter_->another());
  another->obey(cancellation());
  co_return another;
}

task<std::optional<Notification>> PollDriver::notification(Deadline deadline) {
  if (open_ != nullptr) {
    co_await make_way();
  }
  for (;;) {
    heed_cancellation(deadline);
    Notification notification;
    if (session_->take_notification(notification)) {
      co_return notification;
    }
    if (deadline.has_passed()) {
      co_return std::nullopt;
    }
    static_cast<void>(co_await wait(Readiness::Read, deadline));
  }
}

void PollDriver::interrupt() noexcept {
  if (running_.load(std::memory_order_relaxed)) {
    session_->cancel(Deadline::in(cancel_limit));
  }
}

void PollDriver::cut() noexcept {
  is_usable_ = false;
  if (session_->descriptor() != -1) {
    ::shutdown(session_->descriptor(), SHUT_RDWR);  // the client library reads the end of the link at once
  }
  waiter_ = std::make_unique<PollWaiter>(session_->backend());
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
  } catch (const CancelledError&) {
    rest.failure = std::current_exception();
    open_ = nullptr;
    cancellation()->request();  // of the call that the stream makes way for
  } catch (const Error&) {
    rest.failure = std::current_exception();
    open_ = nullptr;
  }
  kept_.push_back(std::move(rest));
}

/// @param running  the statement, where the operation runs one.
Soon<void> PollDriver::complete(Deadline deadline, const PreparedStatement* running) {
  stop_ = is_pipeline_ ? stop_ : Stop::None;  // what was to be stopped may have been the answer before
  Readiness wanted = Readiness::None;
  try {
    wanted = session_->step(Readiness::None);
  } catch (const ConnectionError& error) {
    rethrow_link_failure(error, running);
  } catch (const Error& error) {
    if (stop_ == Stop::None) {
      throw;
    }
    throw_stopped(error.facts(), open_);  // while the answer before it was awaited
  }
  return wanted == Readiness::None ? Soon<void>() : Soon<void>(wait_until_complete(wanted, deadline, running));
}

task<void> PollDriver::wait_until_complete(Readiness wanted, Deadline limit, const PreparedStatement* running) {
  const Flag flag(running_);
  Deadline deadline = stop_ == Stop::None ? limit : Deadline::in(cancel_interval);
  Deadline gives_up_at;
  try {
    while (wanted != Readiness::None) {
      const Readiness happened = co_await wait(wanted, deadline);
      const Readiness ready = with_timer(happened, wanted, deadline);
      if (ready == Readiness::None && is_to_stop(deadline, limit)) {
        if (gives_up_at.has_passed()) {
          give_up();
        }
        gives_up_at = gives_up_at.is_never() ? Deadline::in(cancel_limit) : gives_up_at;
        std::function<void()> work = [this, gives_up_at] { session_->cancel(gives_up_at); };
        co_await waiter_->run_aside(std::move(work));
        deadline = std::min(gives_up_at, Deadline::in(cancel_interval));
      }
      wanted = session_->step(ready);
    }
  } catch (const ConnectionError& error) {
    rethrow_link_failure(error, running);
  } catch (const TimeoutError&) {
    throw;  // given up
  } catch (const CancelledError&) {
    throw;  // as above
  } catch (const Error& error) {
    if (stop_ == Stop::None) {
      throw;
    }
    throw_stopped(error.facts(), is_pipeline_ ? open_ : running);
  }
  if (stop_ == Stop::None || is_pipeline_) {
    co_return;
  }
  // What ends well may have fewer rows than it should.
  if (running != nullptr && session_->ends_well_when_cancelled() && running->columns()->size() > 0) {
    throw_stopped(facts_of(*session_), running);
  }
  if (stop_ == Stop::Cancellation) {
    cancellation()->request();  // the next statement of the call hears it
  }
}

/// Whether a wait in which nothing happened ended because the operation is to be stopped, for the first time or again.
bool PollDriver::is_to_stop(Deadline deadline, Deadline limit) noexcept {
  if (stop_ == Stop::None && take_cancellation(limit)) {
    stop_ = Stop::Cancellation;
    return true;
  }
  if (!deadline.has_passed()) {
    return false;
  }
  stop_ = stop_ == Stop::None ? Stop::TimeLimit : stop_;
  return true;
}

void PollDriver::throw_stopped(ErrorFacts facts, const PreparedStatement* running) const {
  facts.outcome_unknown = facts.outcome_unknown || (running != nullptr && running->ends_transaction());
  if (stop_ == Stop::Cancellation) {
    throw CancelledError("the operation was cancelled and its statement stopped", std::move(facts));
  }
  throw TimeoutError("the statement ran into its time limit and was stopped", TimeoutPhase::Query, std::move(facts));
}

/// A server that does not even stop is given up with its link.
void PollDriver::give_up() {
  is_usable_ = false;
  ErrorFacts facts = facts_of(*session_);
  facts.outcome_unknown = true;
  constexpr std::string_view what = "{} and the server did not confirm that it stopped; the connection is closed";
  if (stop_ == Stop::Cancellation) {
    throw CancelledError(fmt::format(what, "the operation was cancelled"), std::move(facts));
  }
  throw TimeoutError(fmt::format(what, "the statement ran into its time limit"), TimeoutPhase::Query, std::move(facts));
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
