// examples/http_service, request by request.
#include <signal.h>

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/system/system_error.hpp>

#include "dalia/dalia.hpp"
#include "examples/http_client.hpp"
#include "examples/service.hpp"
#include "support/backends.hpp"
#include "support/tcp_gate.hpp"
#include "support/within_time.hpp"

namespace dalia::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class HttpServiceTest : public testing::Test {
 protected:
  [[nodiscard]] Answer get(const std::string& target) { return client_.get(target); }
  [[nodiscard]] Answer post(const std::string& target, const std::string& body) {
    return client_.request(verb::post, target, body);
  }
  [[nodiscard]] Answer patch(const std::string& target, const std::string& body,
                             const std::map<std::string, std::string>& headers = {}) {
    return client_.request(verb::patch, target, body, headers);
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return service_.port(); }
  [[nodiscard]] const std::string& url() const noexcept { return database_.url(); }

 private:
  PrivateDatabase database_{backend_named("sqlite")};
  Service service_{database_.url()};
  HttpClient client_{service_.port()};
};

TEST_F(HttpServiceTest, CreatesReadsChangesAndDeletes) {
  const Answer made = post("/entities/users", R"({"id":"a/b ä","name":"Ada","tags":["x",1]})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.headers.at("Location"), "/entities/users/a%2Fb%20%C3%A4");
  EXPECT_EQ(made.headers.at("ETag"), "\"1\"");
  const std::string ada = made.headers.at("Location");
  EXPECT_EQ(get(ada).body.at("tags"), Json::parse(R"(["x",1])"));

  EXPECT_EQ(patch(ada, R"({"age":36})").body.at("name"), "Ada");
  const Answer replaced = HttpClient(port()).request(verb::put, ada, R"({"age":37})");
  EXPECT_EQ(replaced.status, 200);
  EXPECT_EQ(replaced.body.at("age"), 37);
  EXPECT_TRUE(replaced.body.at("name").is_null());

  HttpClient other(port());
  EXPECT_EQ(other.request(verb::delete_, ada).status, 204);
  EXPECT_EQ(get(ada).status, 404);
  EXPECT_EQ(get(ada + "?include_deleted").status, 200);
  EXPECT_EQ(other.request(verb::delete_, ada).status, 404);
  EXPECT_EQ(patch(ada, "{}").status, 404);
  EXPECT_EQ(post("/entities/users", R"({"id":"a/b ä"})").status, 409);
  EXPECT_EQ(post(ada + "/restore", "").body.at("_version"), 5);

  const Answer history = get(ada + "/history");
  ASSERT_EQ(history.body.size(), 5);
  EXPECT_EQ(history.body.at(3).at("history_op"), "delete");
  EXPECT_EQ(get(ada + "/history/1").body.at("name"), "Ada");
  EXPECT_EQ(get(ada + "/history/6").status, 404);
  EXPECT_EQ(get("/entities").body, Json::parse(R"(["users"])"));
  EXPECT_EQ(other.request(verb::put, "/entities/users/new", "{}").status, 201);
  EXPECT_EQ(other.request(verb::delete_, "/entities/users/new?permanent=true").status, 204);
  EXPECT_EQ(get("/entities/users/new?include_deleted").status, 404);
}

TEST_F(HttpServiceTest, KeepsLostUpdatesOff) {
  EXPECT_EQ(post("/entities/users", R"({"id":"ada","age":36})").status, 201);
  EXPECT_EQ(patch("/entities/users/ada", R"({"age":37})", {{"If-Match", "\"1\""}}).status, 200);
  EXPECT_EQ(patch("/entities/users/ada", R"({"age":38})", {{"If-Match", "\"1\""}}).status, 409);
  EXPECT_EQ(patch("/entities/users/ada", R"({"age":38})", {{"If-Match", "1"}}).status, 400);
  EXPECT_EQ(post("/entities/users", R"({"id":"ada"})").status, 409);
  EXPECT_EQ(get("/entities/users/ada").body.at("age"), 37);
}

TEST_F(HttpServiceTest, RecordsWhoAndWhy) {
  EXPECT_EQ(post("/entities/users", R"({"id":"ada"})").status, 201);
  const Answer changed = patch("/entities/users/ada", R"({"age":1})", {{"X-User-Id", "eve"}, {"X-Comment", "why"}});
  EXPECT_EQ(changed.body.at("updated_by"), "eve");
  EXPECT_EQ(get("/entities/users/ada/history/2").body.at("history_comment"), "why");
}

TEST_F(HttpServiceTest, FiltersWithBoundValues) {
  EXPECT_EQ(
      post("/entities/users", R"([{"id":"a","age":1,"name":"x' OR 1=1 --"},{"id":"b","age":2},{"id":"c","age":3}])")
          .body.size(),
      3);
  const auto ids = [&](const std::string& query) {
    std::string text;
    const Answer found = get("/entities/users?" + query);
    for (const Json& one : found.body) {
      text += found.status == 200 ? one.at("id").get<std::string>() : "?";
    }
    return text;
  };
  EXPECT_EQ(ids("where=%5Bage%5D+%3E+?&param=1"), "bc");
  EXPECT_EQ(ids("where=%5Bname%5D+=+?&param=x%27+OR+1=1+--"), "a");
  EXPECT_EQ(ids("order_by=age+DESC&limit=2&offset=1"), "ba");
  EXPECT_EQ(ids("where=age+IN+(?,?)&param=1&param=3"), "ac");
}

TEST_F(HttpServiceTest, RefusesWhatIsWrong) {
  const std::pair<const char*, unsigned> targets[] = {
      {"/nothing", 404},
      {"/entities/users/ada", 404},
      {"/entities/users/ada/history", 404},
      {"/entities/users/ada/history/x", 400},
      {"/entities/users?where=age+%3E+1;DROP+TABLE+users", 400},
      {"/entities/users?where=age+%3E+?", 400},
      {"/entities/users?were=1", 400},
      {"/entities/users?limit=-1", 400},
      {"/entities/users?limit=1001", 400},
      {"/entities/users/%zz", 400},
      {"/entities/Bad+Name", 400},
  };
  EXPECT_EQ(post("/entities/users", R"({"id":"eve","age":1})").status, 201);
  for (const auto& [target, status] : targets) {
    const Answer answer = get(target);
    EXPECT_EQ(answer.status, status) << target << answer.body;
    EXPECT_TRUE(answer.body.at("error").is_string());
  }
  for (const char* body : {"", "{", "1", "[1]", R"({"bad field":1})", R"({"a":18446744073709551616})"}) {
    EXPECT_EQ(post("/entities/users", body).status, 400) << body;
  }
  EXPECT_EQ(patch("/entities/users/eve", R"({"id":"ada"})").status, 400);
  EXPECT_EQ(patch("/entities/users/eve", R"({"age":"old"})").status, 400);
  const Answer wrong_method = post("/health", "");
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_EQ(wrong_method.headers.at("Allow"), "GET");
  EXPECT_EQ(get("/health").status, 200);
}

TEST_F(HttpServiceTest, AnswersWhatItCannotRead) {
  const std::pair<std::string, const char*> requests[] = {
      {"rubbish\r\n\r\n", "HTTP/1.1 400 "},
      {std::string(100, '\0'), "HTTP/1.1 400 "},
      {"GET / HTTP/1.1\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", "HTTP/1.1 431 "},
      {"POST /entities/users HTTP/1.1\r\nContent-Length: 2000000000\r\n\r\n", "HTTP/1.1 413 "},
      {"POST /entities/users HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nwhat?\r\n", "HTTP/1.1 400 "},
  };
  for (const auto& [text, expected] : requests) {
    HttpClient client(port());
    client.send(text);
    EXPECT_THAT(client.read_to_the_end(), StartsWith(expected));
  }
  HttpClient big(port());
  EXPECT_EQ(big.request(verb::post, "/entities/users", std::string(3'000'000, ' ')).status, 413);
  EXPECT_EQ(get("/health").status, 200);
}

TEST(HttpServiceProcess, IsBusyWhereNoConnectionIsFree) {
  const PrivateDatabase database(backend_named("sqlite"));
  Service service(database.url(), {"--connections", "1", "--wait", "0"});
  HttpClient first(service.port());
  EXPECT_EQ(first.request(verb::post, "/entities/users", R"({"id":"ada"})").status, 201);
  const auto lock = DatabaseFactory::create_database(database.config())->sync_connection();
  lock->begin_transaction();
  HttpClient second(service.port());
  std::thread waiting([&] {
    Answer answer = first.request(verb::patch, "/entities/users/ada", R"({"n":1})");
    for (int i = 0; i < 1000 && answer.status == 503; ++i) {  // the second one may have been faster
      answer = first.request(verb::patch, "/entities/users/ada", R"({"n":1})");
    }
    EXPECT_EQ(answer.status, 200);
  });
  Answer answer = second.get("/entities/users/ada");
  for (int i = 0; i < 1000 && answer.status == 200; ++i) {  // until the first one has the connection
    answer = second.get("/entities/users/ada");
  }
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("Retry-After"), "1");
  lock->rollback_transaction();
  waiting.join();
  EXPECT_EQ(second.get("/entities/users/ada").body.at("n"), 1);
}

TEST(HttpServiceProcess, OpensLostConnectionsAgain) {
  const Backend& backend = backend_named("postgres");
  require_server(backend);
  if (testing::Test::IsSkipped() || testing::Test::HasFailure()) {
    return;
  }
  const PrivateDatabase database(backend);
  const DatabaseConfig config = database.config();
  TcpGate gate(config.host, config.port);
  std::string url = database.url();
  const std::string port = ":" + std::to_string(config.port) + "/";
  url.replace(url.find(port), port.size(), ":" + std::to_string(gate.port()) + "/");
  Service service(url, {"--connections", "3"});
  HttpClient client(service.port());
  EXPECT_EQ(client.get("/health").status, 200);
  gate.cut_after(0);
  EXPECT_EQ(client.get("/health").status, 503);
  EXPECT_EQ(client.get("/health").body.at("error"), "the database cannot be reached");
  gate.cut_after(std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(client.get("/health").status, 200);
  service.signal(SIGINT);
  EXPECT_EQ(service.finish().status, 0);
}

TEST(HttpServiceProcess, GivesUpOnRequestsThatDoNotEndInTime) {
  const PrivateDatabase database(backend_named("sqlite"));
  Service service(database.url(), {"--grace", "1", "--timeout", "60"});
  HttpClient first(service.port());
  EXPECT_EQ(first.request(verb::post, "/entities/users", R"({"id":"ada"})").status, 201);
  const auto lock = DatabaseFactory::create_database(database.config())->sync_connection();
  lock->begin_transaction();
  std::thread waiting([&] {
    EXPECT_THROW(first.request(verb::patch, "/entities/users/ada", R"({"n":1})"), boost::system::system_error);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  HttpClient idle(service.port());
  const WithinTime limit(std::chrono::seconds(10));
  service.signal(SIGTERM);
  waiting.join();
  EXPECT_EQ(idle.read_to_the_end(), "");
  const Outcome outcome = service.finish();
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("stopped"));
  EXPECT_THROW(HttpClient(service.port()), boost::system::system_error);
}

TEST(HttpServiceProcess, SaysWhatIsWrongWithItsOptions) {
  const std::pair<std::vector<std::string>, const char*> calls[] = {
      {{"--port", "99999", "--db", "sqlite::memory:"}, "--port takes a whole number from 0 to 65535"},
      {{"--speed", "9"}, "unknown option --speed"},
      {{"--port", "0"}, "no database given"},
  };
  for (const auto& [arguments, message] : calls) {
    const Outcome outcome = Child(arguments, ChildOptions()).finish();
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr(message));
  }
  EXPECT_EQ(Child({"--db", "postgres://u:secret@127.0.0.1:1/d"}, ChildOptions()).finish().status, 1);
  const Outcome help = Child({"--help"}, ChildOptions()).finish();
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("curl"));
}

}  // namespace
}  // namespace dalia::test
