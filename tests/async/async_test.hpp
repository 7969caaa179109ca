/// What tests of asynchronous connections share.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dalia/asio.hpp"
#include "support/backends.hpp"

#ifdef DALIA_ASIO_STANDALONE
#include <asio/bind_executor.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/experimental/deferred.hpp>
#else
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#endif

namespace dalia::test {

#ifdef DALIA_ASIO_STANDALONE
using net::experimental::as_tuple;
using net::experimental::deferred;
#else
using net::as_tuple;
using net::deferred;
#endif

/// A test over all backends, with an empty database and a loop that the test runs itself.
class AsyncTest : public testing::TestWithParam<const Backend*> {
 protected:
  void SetUp() override {
    require_server(backend());
    if (!IsSkipped() && !HasFatalFailure()) {
      database_ = std::make_unique<PrivateDatabase>(backend());
      manager_ = DatabaseFactory::create_database(database_->config());
    }
  }

  [[nodiscard]] const Backend& backend() const { return *GetParam(); }
  [[nodiscard]] ConnectionManager& manager() { return *manager_; }
  [[nodiscard]] net::io_context& io() { return io_; }
  [[nodiscard]] AsyncConnectionHandle connect() {
    auto opened = manager().async_connection(io_, net::use_future);
    io_.restart();
    io_.run();
    return opened.get();
  }
  /// Runs the coroutine, and all that it leaves behind, to the end.
  template <class T>
  T run(net::awaitable<T> work) {
    auto result = net::co_spawn(io_, std::move(work), net::use_future);
    io_.restart();
    io_.run();
    return result.get();
  }
  [[nodiscard]] std::int64_t number(std::string_view sql) {
    return manager().sync_connection()->execute(sql).front().get<std::int64_t>(0);
  }
  /// A statement that runs for ten seconds unless it is stopped.
  [[nodiscard]] std::string slow_statement() const {
    if (backend().name == "postgres") {
      return "SELECT pg_sleep(10)";
    }
    if (backend().name == "mysql") {
      return "SELECT sleep(10)";
    }
    return "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000) SELECT count(*) FROM "
           "c";
  }

 private:
  std::unique_ptr<PrivateDatabase> database_;
  std::unique_ptr<ConnectionManager> manager_;
  net::io_context io_;
};

[[nodiscard]] inline std::vector<const Backend*> all_backends() {
  std::vector<const Backend*> all;
  for (const Backend& backend : backends()) {
    all.push_back(&backend);
  }
  return all;
}

#define DALIA_ASYNC_SUITE(Suite)                                    \
  INSTANTIATE_TEST_SUITE_P(                                         \
      All, Suite, testing::ValuesIn(::dalia::test::all_backends()), \
      [](const testing::TestParamInfo<const ::dalia::test::Backend*>& of) { return std::string(of.param->name); })

}  // namespace dalia::test
