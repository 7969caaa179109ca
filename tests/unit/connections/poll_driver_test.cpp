#include "connections/poll_driver.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia::internal {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct ScriptedStatement final : PreparedStatement {
  explicit ScriptedStatement(std::vector<std::string> names = {}) {
    columns_ = std::make_shared<const FieldNames>(std::move(names));
  }
  ScriptedStatement& reads() {
    only_reads_ = true;
    return *this;
  }
  ScriptedStatement& commits() {
    ends_transaction_ = true;
    return *this;
  }
};

/// Answers each step() with the next one of the script; where that is empty, the operation is done. Its descriptor is
/// one end of a pair of sockets.
class ScriptedSession final : public PollableSession {
 public:
  using Step = std::function<Readiness(Readiness ready)>;

  ScriptedSession() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~ScriptedSession() override {
    ::close(ends_[0]);
    hang_up();
  }

  std::deque<Step> script;
  std::deque<std::int64_t> rows;  ///< of the statement that runs; -1 waits for the script once
  bool is_in_transaction = false;
  bool ends_well = false;
  int cancels = 0;
  std::function<void()> on_cancel;
  Deadline timer;

  void answer() const { EXPECT_EQ(::write(ends_[1], "x", 1), 1); }
  void hang_up() {
    if (ends_[1] != -1) {
      ::close(ends_[1]);
      ends_[1] = -1;
    }
  }

  void begin_connect() override {}
  [[nodiscard]] std::unique_ptr<PreparedStatement> begin_prepare(const std::string&) override {
    return std::make_unique<ScriptedStatement>();
  }
  void begin_execute(PreparedStatement&, std::span<const ValueRef>, RowDelivery) override {}
  [[nodiscard]] Fetched fetch(PreparedStatement&, std::span<ValueRef> cells) override {
    if (rows.empty()) {
      return Fetched::End;
    }
    const std::int64_t row = rows.front();
    rows.pop_front();
    if (row < 0) {
      return Fetched::Waiting;
    }
    cells[0] = ValueRef(row);
    return Fetched::Row;
  }
  void begin_finish(PreparedStatement&) override { rows.clear(); }
  [[nodiscard]] StatementCounts counts() const noexcept override { return StatementCounts{3, 0}; }
  [[nodiscard]] Readiness step(Readiness ready) override {
    if (script.empty()) {
      return Readiness::None;
    }
    const Step next = std::move(script.front());
    script.pop_front();
    return next(ready);
  }
  [[nodiscard]] int descriptor() const noexcept override { return ends_[0]; }
  [[nodiscard]] Deadline wakes_at() const noexcept override { return timer; }
  void cancel(Deadline) noexcept override {
    ++cancels;
    if (on_cancel) {
      on_cancel();
    }
  }
  [[nodiscard]] bool ends_well_when_cancelled() const noexcept override { return ends_well; }

  [[nodiscard]] std::string_view backend() const noexcept override { return "scripted"; }
  [[nodiscard]] bool in_transaction() const noexcept override { return is_in_transaction; }
  [[nodiscard]] bool is_usable() const noexcept override { return true; }
  [[nodiscard]] VersionDetails version_details() override { return VersionDetails(); }
  [[nodiscard]] void* native_handle() noexcept override { return nullptr; }

 private:
  std::array<int, 2> ends_{-1, -1};
};

ScriptedSession::Step waits_for(Readiness wanted) {
  return [wanted](Readiness) { return wanted; };
}

/// A step that must be told this, and then goes on like that.
ScriptedSession::Step told(Readiness expected, Readiness wanted = Readiness::None) {
  return [expected, wanted](Readiness ready) {
    EXPECT_EQ(ready, expected);
    return wanted;
  };
}

template <class E>
ScriptedSession::Step fails(E error) {
  return [error](Readiness) -> Readiness { throw error; };
}

class PollDrivers : public testing::Test {
 protected:
  PollDrivers() {
    auto session = std::make_unique<ScriptedSession>();
    session_ = session.get();
    driver_ = PollDriver::open(std::move(session), Deadline());
  }

  void start(PreparedStatement& statement, Deadline deadline = Deadline::in(std::chrono::seconds(20))) {
    run_sync(driver_->start(statement, {}, RowDelivery::Whole, deadline));
  }
  std::vector<std::int64_t> rest(PreparedStatement& statement) {
    std::vector<std::int64_t> values;
    ValueRef cell;
    while (fetch(statement, cell)) {
      values.push_back(cell.raw_integer());
    }
    return values;
  }
  bool fetch(PreparedStatement& statement, ValueRef& cell) {
    const std::span<ValueRef> cells(&cell, 1);
    PollDriver::Fetched fetched = driver_->fetch(statement, cells);
    while (fetched == PollDriver::Fetched::Waiting) {
      run_sync(driver_->await_row(statement));
      fetched = driver_->fetch(statement, cells);
    }
    return fetched == PollDriver::Fetched::Row;
  }

  ScriptedSession* session_ = nullptr;
  std::unique_ptr<PollDriver> driver_;
};

TEST(PollDriverConnect, WaitsForWhatTheSessionWants) {
  auto session = std::make_unique<ScriptedSession>();
  ScriptedSession* script = session.get();
  script->script = {told(Readiness::None, Readiness::Write),
                    [script](Readiness ready) {
                      EXPECT_EQ(ready, Readiness::Write);
                      script->answer();
                      return Readiness::Read;
                    },
                    told(Readiness::Read)};
  const auto driver = PollDriver::open(std::move(session), Deadline::in(std::chrono::seconds(20)));
  EXPECT_TRUE(script->script.empty());
  EXPECT_TRUE(driver->is_usable());
}

TEST(PollDriverConnect, AServerThatSaysNothingIsGivenUpInTime) {
  auto session = std::make_unique<ScriptedSession>();
  session->script = {waits_for(Readiness::Read)};
  const auto began = steady_clock::now();
  try {
    const auto driver = PollDriver::open(std::move(session), Deadline::in(milliseconds(30)));
    FAIL() << "connected";
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.phase(), TimeoutPhase::Connect);
    EXPECT_EQ(error.backend(), "scripted");
  }
  EXPECT_GE(steady_clock::now() - began, milliseconds(30));
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(5));
}

TEST_F(PollDrivers, TheTimerOfTheSessionWakesIt) {
  ScriptedStatement statement;
  session_->timer = Deadline::in(milliseconds(10));
  session_->script = {waits_for(Readiness::Read | Readiness::Timer), told(Readiness::Timer)};
  start(statement);
  EXPECT_TRUE(session_->script.empty());
}

TEST_F(PollDrivers, ALinkThatIsHungUpIsReadable) {
  ScriptedStatement statement;
  session_->script = {waits_for(Readiness::Read), told(Readiness::Read)};
  session_->hang_up();
  start(statement);
  EXPECT_TRUE(session_->script.empty());
}

/// Leaves the thread to others until it is told what happened.
class LaterWaiter final : public LinkWaiter {
 public:
  void happened(Readiness ready) {
    Wait& wait = *std::exchange(wait_, nullptr);
    wait.ready = ready;
    wait.continuation.resume();
  }
  [[nodiscard]] bool is_waiting() const { return wait_ != nullptr; }
  [[nodiscard]] std::unique_ptr<LinkWaiter> another() const override { return std::make_unique<LaterWaiter>(); }

 protected:
  bool start(Wait& wait) noexcept override {
    wait_ = &wait;
    return false;
  }
  bool start(Errand& errand) override {
    errand.run();
    return true;
  }

 private:
  Wait* wait_ = nullptr;
};

task<void> run_to_end(PollDriver& driver, PreparedStatement& statement, std::vector<std::int64_t>& values) {
  const std::span<const ValueRef> none;
  co_await driver.start(statement, none, RowDelivery::Streamed, Deadline());
  ValueRef cell;
  const std::span<ValueRef> cells(&cell, 1);
  for (auto fetched = driver.fetch(statement, cells); fetched != PollDriver::Fetched::End;
       fetched = driver.fetch(statement, cells)) {
    if (fetched == PollDriver::Fetched::Waiting) {
      co_await driver.await_row(statement);
    } else {
      values.push_back(cell.raw_integer());
    }
  }
  const StatementCounts counts = co_await driver.finish(statement);
  values.push_back(counts.affected_rows);
}

TEST(PollDriverWaits, LeaveTheThreadToOthersAtEveryStep) {
  auto session = std::make_unique<ScriptedSession>();
  ScriptedSession& script = *session;
  auto owned = std::make_unique<LaterWaiter>();
  LaterWaiter& waiter = *owned;
  PollDriver driver(std::move(session), std::move(owned));
  ScriptedStatement statement({"n"});
  script.rows = {1, -1, 2};
  script.script = {waits_for(Readiness::Write), told(Readiness::Write, Readiness::Read),
                   told(Readiness::Read),       waits_for(Readiness::Read),
                   told(Readiness::Read),       waits_for(Readiness::Read),
                   told(Readiness::Read)};
  std::vector<std::int64_t> values;
  auto work = run_to_end(driver, statement, values);
  EXPECT_TRUE(work.operator co_await().await_suspend(std::noop_coroutine()));
  EXPECT_TRUE(values.empty());
  waiter.happened(Readiness::Write);
  ASSERT_TRUE(waiter.is_waiting());
  waiter.happened(Readiness::Read);
  EXPECT_EQ(values, std::vector<std::int64_t>({1}));
  ASSERT_TRUE(waiter.is_waiting());
  waiter.happened(Readiness::Read);
  EXPECT_EQ(values, std::vector<std::int64_t>({1, 2}));
  ASSERT_TRUE(waiter.is_waiting());
  waiter.happened(Readiness::Read);
  EXPECT_EQ(values, std::vector<std::int64_t>({1, 2, 3}));
  EXPECT_FALSE(waiter.is_waiting());
  EXPECT_TRUE(script.script.empty());
  EXPECT_TRUE(driver.is_usable());
}

class CancelledWaits : public testing::Test {
 protected:
  CancelledWaits() {
    auto session = std::make_unique<ScriptedSession>();
    script_ = session.get();
    auto waiter = std::make_unique<LaterWaiter>();
    waiter_ = waiter.get();
    driver_ = std::make_unique<PollDriver>(std::move(session), std::move(waiter));
    driver_->obey(cancellation_);
  }

  /// Starts it and leaves it where it waits.
  void start(Deadline deadline = Deadline()) {
    work_.emplace(run(deadline));
    EXPECT_TRUE(work_->operator co_await().await_suspend(std::noop_coroutine()));
  }
  void cancel() {
    cancellation_->request();
    waiter_->happened(Readiness::None);
  }
  task<void> run(Deadline deadline) {
    const std::span<const ValueRef> none;
    co_await driver_->start(statement_, none, RowDelivery::Whole, deadline);
  }
  /// What has become of it, once it has ended.
  void finish() { work_->operator co_await().await_resume(); }

  ScriptedStatement statement_;
  ScriptedSession* script_ = nullptr;
  LaterWaiter* waiter_ = nullptr;
  std::shared_ptr<Cancellation> cancellation_ = std::make_shared<Cancellation>();
  std::unique_ptr<PollDriver> driver_;
  std::optional<task<void>> work_;
};

TEST_F(CancelledWaits, AreStoppedOnTheServerAndDrained) {
  script_->script = {waits_for(Readiness::Read), told(Readiness::None, Readiness::Read),
                     fails(QueryError("canceling statement due to user request"))};
  start();
  cancel();
  EXPECT_EQ(script_->cancels, 1);
  ASSERT_TRUE(waiter_->is_waiting());  // for the server's last word
  waiter_->happened(Readiness::Read);
  EXPECT_THROW(finish(), CancelledError);
  EXPECT_TRUE(driver_->is_usable());
  EXPECT_FALSE(cancellation_->is_requested());
}

TEST_F(CancelledWaits, WhatWasDoneAllTheSameIsHeardByTheNextStatement) {
  script_->script = {waits_for(Readiness::Read), told(Readiness::None, Readiness::Read), told(Readiness::Read)};
  start();
  cancel();
  waiter_->happened(Readiness::Read);
  EXPECT_NO_THROW(finish());
  EXPECT_THROW(run_sync(run(Deadline())), CancelledError);
  EXPECT_FALSE(cancellation_->is_requested());
}

TEST_F(CancelledWaits, WhatUndoesACallDoesNotHearIt) {
  script_->script = {waits_for(Readiness::Read), told(Readiness::None, Readiness::Read), told(Readiness::Read)};
  cancellation_->request();
  start(Deadline::for_cleanup());
  waiter_->happened(Readiness::None);
  EXPECT_EQ(script_->cancels, 0);
  waiter_->happened(Readiness::Read);
  EXPECT_NO_THROW(finish());
  EXPECT_TRUE(cancellation_->is_requested());
}

TEST_F(CancelledWaits, AWaitThatEndsForNothingGoesOn) {
  script_->script = {waits_for(Readiness::Read), told(Readiness::None, Readiness::Read), told(Readiness::Read)};
  start();
  waiter_->happened(Readiness::None);
  waiter_->happened(Readiness::Read);
  EXPECT_NO_THROW(finish());
  EXPECT_EQ(script_->cancels, 0);
}

TEST_F(PollDrivers, WhatOverrunsIsStoppedOnTheServer) {
  ScriptedStatement statement;
  ErrorFacts facts;
  facts.sqlstate = "57014";
  session_->script = {waits_for(Readiness::Read), fails(QueryError("canceled", facts))};
  session_->on_cancel = [this] { session_->answer(); };
  try {
    start(statement, Deadline::in(milliseconds(20)));
    FAIL() << "it ended";
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.phase(), TimeoutPhase::Query);
    EXPECT_EQ(error.sqlstate(), "57014");
    EXPECT_FALSE(error.outcome_unknown());
  }
  EXPECT_EQ(session_->cancels, 1);
  EXPECT_TRUE(driver_->is_usable());
}

TEST_F(PollDrivers, AnAnswerThatCrossesTheCancelCounts) {
  ScriptedStatement statement;
  session_->script = {waits_for(Readiness::Read), waits_for(Readiness::Read), told(Readiness::Read)};
  session_->on_cancel = [this] { session_->answer(); };
  EXPECT_NO_THROW(start(statement, Deadline::in(milliseconds(20))));
  EXPECT_EQ(session_->cancels, 1);
}

TEST_F(PollDrivers, ButNotWhereItMayHoldLessThanEverything) {
  ScriptedStatement statement({"n"});
  session_->ends_well = true;
  session_->script = {waits_for(Readiness::Read), waits_for(Readiness::Read), told(Readiness::Read)};
  session_->on_cancel = [this] { session_->answer(); };
  EXPECT_THROW(start(statement, Deadline::in(milliseconds(20))), TimeoutError);
}

TEST_F(PollDrivers, AServerThatOverheardThatItShouldStopIsToldAgain) {
  ScriptedStatement statement;
  session_->script.assign(3, waits_for(Readiness::Read));
  session_->script.push_back(fails(QueryError("canceled")));
  session_->on_cancel = [this] {
    if (session_->cancels == 2) {
      session_->answer();
    }
  };
  EXPECT_THROW(start(statement, Deadline::in(milliseconds(20))), TimeoutError);
  EXPECT_EQ(session_->cancels, 2);
  EXPECT_TRUE(driver_->is_usable());
}

TEST_F(PollDrivers, AServerThatDoesNotEvenStopIsGivenUp) {
  ScriptedStatement statement;
  session_->script.assign(100, waits_for(Readiness::Read));
  const auto began = steady_clock::now();
  try {
    start(statement, Deadline::in(milliseconds(20)));
    FAIL() << "it ended";
  } catch (const TimeoutError& error) {
    EXPECT_TRUE(error.outcome_unknown());
  }
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(10));
  EXPECT_FALSE(driver_->is_usable());
}

TEST_F(PollDrivers, ALinkThatDiesDuringAChangeLeavesItsOutcomeOpen) {
  const auto dies_during = [this](PreparedStatement& statement, ErrorFacts facts) {
    session_->script = {fails(ConnectionError("gone", std::move(facts)))};
    try {
      start(statement);
    } catch (const Error&) {
      static_cast<void>(run_sync(driver_->finish(statement)));
      throw;
    }
  };
  ScriptedStatement change;
  try {
    dies_during(change, ErrorFacts());
    FAIL();
  } catch (const OutcomeUnknown& error) {
    EXPECT_TRUE(error.outcome_unknown());
  }
  ScriptedStatement query;
  EXPECT_THROW(dies_during(query.reads(), ErrorFacts()), ConnectionError);

  ErrorFacts undone;
  undone.undone = true;
  EXPECT_THROW(dies_during(change, undone), ConnectionError) << "the server said that it ended it";

  session_->is_in_transaction = true;
  EXPECT_THROW(dies_during(change, ErrorFacts()), ConnectionError) << "it dies with its transaction";
  ScriptedStatement commit;
  EXPECT_THROW(dies_during(commit.commits(), ErrorFacts()), OutcomeUnknown);
}

TEST_F(PollDrivers, ALinkThatDiesAfterTheFirstRowsOfAChangeLeavesItsOutcomeOpenToo) {
  ScriptedStatement change({"n"});
  start(change);
  session_->rows = {1, -1};
  session_->script = {fails(ConnectionError("gone", ErrorFacts()))};
  ValueRef cell;
  ASSERT_TRUE(fetch(change, cell));
  EXPECT_THROW(static_cast<void>(fetch(change, cell)), OutcomeUnknown);
}

TEST_F(PollDrivers, AnOpenStreamMakesWayAndLosesNoRow) {
  ScriptedStatement stream({"n"});
  start(stream);
  session_->rows = {1, 2, -1, 3};
  ValueRef cell;
  ASSERT_TRUE(fetch(stream, cell));
  EXPECT_EQ(cell.raw_integer(), 1);

  ScriptedStatement other({"n"});
  start(other);
  session_->rows = {10};
  EXPECT_EQ(rest(other), std::vector<std::int64_t>{10});
  static_cast<void>(run_sync(driver_->finish(other)));

  EXPECT_EQ(rest(stream), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(run_sync(driver_->finish(stream)).affected_rows, 3);
  EXPECT_TRUE(driver_->is_usable());
}

TEST_F(PollDrivers, TheErrorOfAStreamThatMadeWayComesAfterItsRows) {
  ScriptedStatement stream({"n"});
  start(stream);
  session_->rows = {1, -1};
  session_->script = {fails(QueryError("division by zero"))};
  ScriptedStatement other;
  EXPECT_NO_THROW(start(other));
  static_cast<void>(run_sync(driver_->finish(other)));

  ValueRef cell;
  ASSERT_TRUE(fetch(stream, cell));
  EXPECT_EQ(cell.raw_integer(), 1);
  EXPECT_THROW(static_cast<void>(fetch(stream, cell)), QueryError);
  static_cast<void>(run_sync(driver_->finish(stream)));
  EXPECT_TRUE(driver_->is_usable());
}

TEST_F(PollDrivers, WhatCannotBeReadToItsEndMakesTheLinkUseless) {
  ScriptedStatement statement({"n"});
  start(statement);
  session_->script = {fails(ConnectionError("gone"))};
  static_cast<void>(run_sync(driver_->finish(statement)));
  EXPECT_FALSE(driver_->is_usable());
}

TEST_F(PollDrivers, InterruptStopsOnlyWhatRuns) {
  driver_->interrupt();
  EXPECT_EQ(session_->cancels, 0);

  ScriptedStatement statement;
  std::atomic<bool> is_waiting = false;
  session_->script = {[&](Readiness) {
                        is_waiting = true;
                        return Readiness::Read;
                      },
                      fails(QueryError("canceled"))};
  session_->on_cancel = [this] { session_->answer(); };
  std::thread other([&] {
    while (!is_waiting) {
      std::this_thread::yield();
    }
    driver_->interrupt();
  });
  EXPECT_THROW(start(statement), QueryError) << "an error of its own, not of a time limit";
  other.join();
  EXPECT_EQ(session_->cancels, 1);
}

}  // namespace
}  // namespace dalia::internal
