// examples/http_service under load, among clients without manners, stopped in the middle of it: what it has
// acknowledged is in the database, and the history of every entity has no gap.
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/system/system_error.hpp>

#include "dalia/dalia.hpp"
#include "examples/http_client.hpp"
#include "examples/service.hpp"
#include "support/backends.hpp"
#include "support/instrumented.hpp"
#include "support/sound_history.hpp"
#include "support/within_time.hpp"

namespace dalia::test {
namespace {

constexpr std::size_t client_count = 6;

/// What the service has acknowledged about one entity.
struct Acknowledged {
  std::int64_t version = 0;  ///< at least
  int n = 0;
  bool is_deleted = false;
};

/// A request that was under way when the link went: it may have happened or not.
struct InDoubt {
  std::string id;
  Acknowledged after;
};

/// One client: it works on entities of its own, and on one that all share, and checks each answer.
class LoadClient {
 public:
  LoadClient(std::uint16_t port, std::string name, std::uint64_t seed, std::atomic<std::size_t>& answered,
             const std::atomic<bool>& is_stopping)
      : client_(port), name_(std::move(name)), chance_(seed), answered_(answered), is_stopping_(is_stopping) {}

  /// Until the service leaves.
  void run() {
    try {
      while (!testing::Test::HasFailure()) {  // where one client fails the others need not go on
        step();
      }
    } catch (const boost::system::system_error& error) {
      EXPECT_TRUE(is_stopping_) << "the service left client " << name_ << ": " << error.what();
    }
  }

  [[nodiscard]] const std::map<std::string, Acknowledged>& ledger() const noexcept { return ledger_; }
  [[nodiscard]] const std::optional<InDoubt>& in_doubt() const noexcept { return in_doubt_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] int shared() const noexcept { return shared_; }

 private:
  void step() {
    const unsigned choice = static_cast<unsigned>(chance_() % 10);
    if (ledger_.empty() || choice == 0) {
      create();
    } else if (choice <= 4) {
      change(any());
    } else if (choice == 5) {
      change_shared();
    } else if (choice <= 7) {
      read(any());
    } else if (choice == 8) {
      count();
    } else {
      remove_or_restore(any());
    }
  }

  void create() {
    const std::string id = name_ + "-" + std::to_string(ledger_.size());
    const Acknowledged after{1, 0, false};
    const Json body = {{"id", id}, {"owner", name_}, {"n", 0}};
    if (write(verb::post, "/entities/items", body.dump(), 201, id, after)) {
      ledger_[id] = after;
    }
  }
  void change(const std::string& id) {
    Acknowledged& known = ledger_[id];
    if (known.is_deleted) {
      return read(id);
    }
    const Acknowledged after{known.version + 1, known.n + 1, false};
    const Json body = {{"n", after.n}};
    if (write(verb::patch, "/entities/items/" + id, body.dump(), 200, id, after)) {
      known = after;
    }
  }
  void remove_or_restore(const std::string& id) {
    Acknowledged& known = ledger_[id];
    const Acknowledged after{known.version + 1, known.n, !known.is_deleted};
    const std::string target = "/entities/items/" + id;
    const bool is_done = known.is_deleted ? write(verb::post, target + "/restore", "", 200, id, after)
                                          : write(verb::delete_, target, "", 204, id, after);
    if (is_done) {
      known = after;
    }
  }
  /// A field of this client's own in an entity that all of them change.
  void change_shared() {
    const Json body = {{"of_" + name_, shared_ + 1}};
    const Answer answer = client_.request(verb::put, "/entities/shared/" + name_, body.dump());
    if (is(answer, 200) || answer.status == 201) {
      const Answer common = client_.request(verb::patch, "/entities/shared/all", body.dump());
      if (is(common, 200)) {
        EXPECT_EQ(common.body.at("of_" + name_), shared_ + 1);
        ++shared_;
      }
    }
  }
  void read(const std::string& id) {
    const Acknowledged& known = ledger_[id];
    const Answer answer = client_.get("/entities/items/" + id);
    if (is(answer, known.is_deleted ? 404 : 200) && !known.is_deleted) {
      EXPECT_EQ(answer.body.at("n"), known.n);
      EXPECT_EQ(answer.body.at("_version"), known.version);
    }
    const Answer history = client_.get("/entities/items/" + id + "/history");
    if (is(history, 200)) {
      EXPECT_EQ(history.body.size(), static_cast<std::size_t>(known.version));
    }
  }
  void count() {
    const auto expected =
        std::count_if(ledger_.begin(), ledger_.end(), [](const auto& one) { return !one.second.is_deleted; });
    const Answer answer = client_.get("/entities/items?limit=1000&where=%5Bowner%5D+=+?&param=" + name_);
    if (is(answer, 200)) {
      EXPECT_EQ(answer.body.size(), static_cast<std::size_t>(expected));
    }
  }

  bool write(verb method, const std::string& target, const std::string& body, unsigned expected, const std::string& id,
             const Acknowledged& after) {
    in_doubt_ = InDoubt{id, after};
    const Answer answer = client_.request(method, target, body);
    in_doubt_.reset();
    return is(answer, expected);
  }
  /// A busy service is one that stays up; everything else that was not expected fails.
  bool is(const Answer& answer, unsigned expected) {
    ++answered_;
    EXPECT_TRUE(answer.status == expected || answer.status == 503 || (expected == 200 && answer.status == 201))
        << answer.status << answer.body;
    return answer.status == expected;
  }
  const std::string& any() {
    auto one = ledger_.begin();
    std::advance(one, chance_() % ledger_.size());
    return one->first;
  }

  HttpClient client_;
  std::string name_;
  std::mt19937_64 chance_;
  std::map<std::string, Acknowledged> ledger_;
  std::optional<InDoubt> in_doubt_;
  int shared_ = 0;
  std::atomic<std::size_t>& answered_;
  const std::atomic<bool>& is_stopping_;
};

/// Sends what no server likes, until it is told to stop; keeps some links open and silent.
void misbehave(std::uint16_t port, const std::atomic<bool>& is_stopping) {
  const std::string messages[] = {
      "",
      "\r\n\r\n\r\n",
      "GET /entities",
      "rubbish\r\n\r\n",
      std::string(5000, '\xff'),
      "GET /entities HTTP/1.1\r\nHost: " + std::string(20'000, 'h'),
      "POST /entities/items HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n{",
      "POST /entities/items HTTP/1.1\r\nContent-Length: 100\r\n\r\n{\"half\":",
      "POST /entities/items HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
      "PATCH /entities/items/%00 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
      "GET /entities HTTP/1.1\r\n\r\nGET /entities HTTP/1.1\r\n\r\n",  // and leaves before the answers
  };
  std::vector<std::unique_ptr<HttpClient>> silent;
  try {
    while (!is_stopping) {
      for (const std::string& message : messages) {
        auto client = std::make_unique<HttpClient>(port);
        client->send(message);
        if (silent.size() < 20) {
          silent.push_back(std::move(client));
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  } catch (const boost::system::system_error& error) {
    EXPECT_TRUE(is_stopping) << error.what();
  }
}

class HttpServiceLoad : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { require_server(backend_named(GetParam())); }
};

void expect_in_database(SyncConnection& conn, const LoadClient& client) {
  std::map<std::string, Entity> stored;
  for (Entity& item : conn.find_entities("items", where("[owner] = ?", client.name()).include_deleted())) {
    stored.emplace(item.id(), std::move(item));
  }
  const auto is_as = [&](const std::string& id, const Acknowledged& known) {
    const auto found = stored.find(id);
    return found != stored.end() && found->second.get<std::int64_t>("_version") == known.version &&
           found->second.get<int>("n") == known.n && !found->second.at("deleted_at").is_null() == known.is_deleted;
  };
  std::size_t expected_count = client.ledger().size();
  for (const auto& [id, known] : client.ledger()) {
    const bool may_differ = client.in_doubt() && client.in_doubt()->id == id;
    EXPECT_TRUE(is_as(id, known) || (may_differ && is_as(id, client.in_doubt()->after))) << id;
  }
  if (client.in_doubt() && !client.ledger().contains(client.in_doubt()->id) && stored.contains(client.in_doubt()->id)) {
    ++expected_count;
  }
  EXPECT_EQ(stored.size(), expected_count);

  const int shared = conn.get_entity("shared", "all")->get<std::optional<int>>("of_" + client.name()).value_or(0);
  EXPECT_TRUE(shared == client.shared() || shared == client.shared() + 1) << shared << ", not " << client.shared();
}

TEST_P(HttpServiceLoad, AcknowledgesOnlyWhatItKeeps) {
  const PrivateDatabase database(backend_named(GetParam()));
  Service service(database.url(), {"--connections", "4", "--threads", "3"});
  {
    HttpClient first(service.port());
    ASSERT_EQ(first.request(verb::post, "/entities/items", R"({"id":"first","owner":"nobody","n":0})").status, 201);
    Json all = {{"id", "all"}};
    for (std::size_t i = 0; i < client_count; ++i) {
      all["of_c" + std::to_string(i)] = 0;
    }
    ASSERT_EQ(first.request(verb::post, "/entities/shared", all.dump()).status, 201);
  }

  const std::uint64_t seed = test_seed();
  SCOPED_TRACE("DALIA_TEST_SEED=" + std::to_string(seed));
  std::atomic<std::size_t> answered{0};
  std::atomic<bool> is_stopping{false};
  std::vector<std::unique_ptr<LoadClient>> clients;
  for (std::size_t i = 0; i < client_count; ++i) {
    clients.push_back(
        std::make_unique<LoadClient>(service.port(), "c" + std::to_string(i), seed + i, answered, is_stopping));
  }
  std::vector<std::thread> threads;
  for (const auto& client : clients) {
    threads.emplace_back([&client] { client->run(); });
  }
  threads.emplace_back([&] { misbehave(service.port(), is_stopping); });

  constexpr std::size_t wanted = tries<std::size_t>(2000);
  const auto began = std::chrono::steady_clock::now();
  while (answered < wanted && !HasFailure() && std::chrono::steady_clock::now() - began < std::chrono::seconds(60)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_GE(answered, wanted);
  is_stopping = true;
  Outcome outcome;
  {
    const WithinTime limit(std::chrono::seconds(15));
    service.signal(SIGTERM);
    outcome = service.finish();
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, testing::HasSubstr("stopped"));
  EXPECT_THAT(outcome.err, testing::Not(testing::HasSubstr("ERROR")));  // as sanitizers report

  const auto conn = DatabaseFactory::create_database(database.config())->sync_connection();
  for (const auto& client : clients) {
    expect_in_database(*conn, *client);
  }
  EXPECT_EQ(unsound_history(*conn, "items"), "");
  EXPECT_EQ(unsound_history(*conn, "shared"), "");
}

INSTANTIATE_TEST_SUITE_P(All, HttpServiceLoad, testing::Values("sqlite", "postgres", "mysql"),
                         [](const testing::TestParamInfo<const char*>& backend) { return backend.param; });

}  // namespace
}  // namespace dalia::test
