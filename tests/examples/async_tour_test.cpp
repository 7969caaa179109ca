// examples/async_tour on every engine, over both flavours of Asio.
#include <string>

#include <gtest/gtest.h>

#include "program/child.hpp"
#include "support/backends.hpp"

namespace dalia::test {
namespace {

constexpr const char* expected = R"(awaitable: Ada is one of 1 adults
callback: 100 people
future: 100 people
cancelled: by a signal
as_tuple: failed, 0 rows
timeout: stopped
timer: won
timer: the connection goes on, 100 people
cancelled: a transaction that was open is open
transact: 3 coins are left
stream: 1000 coins in 3 parts
together: 98 with ten coins, 1 with three
interrupt: stopped
)";

class AsyncTour : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { require_server(backend_named(GetParam())); }

  static void expect_tour(const char* program) {
    const PrivateDatabase database(backend_named(GetParam()));
    const Outcome outcome = Child({database.url()}, ChildOptions{.program = program}).finish();
    EXPECT_EQ(outcome.out, expected);
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(outcome.status, 0);
  }
};

TEST_P(AsyncTour, OverTheAsioOfTheBuild) {
  expect_tour(DALIA_ASYNC_TOUR);
}

TEST_P(AsyncTour, OverStandaloneAsio) {
  expect_tour(DALIA_ASYNC_TOUR_STANDALONE);
}

INSTANTIATE_TEST_SUITE_P(All, AsyncTour, testing::Values("sqlite", "sqlite_memory", "postgres", "mysql"),
                         [](const testing::TestParamInfo<const char*>& backend) { return backend.param; });

}  // namespace
}  // namespace dalia::test
