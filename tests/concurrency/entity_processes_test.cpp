// Several processes write the same entities of one database at once.
#include <algorithm>
#include <iostream>
#include <memory>

#include <gtest/gtest.h>

#include "concurrency/scenarios.hpp"
#include "dalia/dalia.hpp"
#include "support/child_process.hpp"
#include "support/sound_history.hpp"

namespace dalia::test {
namespace {

constexpr int processes = 4;

std::unique_ptr<ConnectionManager> open(const std::string& url) {
  return DatabaseFactory::create_database(DatabaseConfig::from_url(url));
}

const Scenario& scenario_named(std::string_view name) {
  return *std::find_if(scenarios().begin(), scenarios().end(), [&](const Scenario& one) { return one.name == name; });
}

/// A writer: says that it is ready, waits for the word to go, and tells what it counted.
int run_writer(const std::string& url, const std::string& scenario, int writer) {
  try {
    const auto manager = open(url);
    auto connection = manager->sync_connection();
    connection->get_entity(scenario, "nothing");
    std::cout << "ready" << std::endl;
    std::string go;
    std::getline(std::cin, go);
    const int counted = scenario_named(scenario).write(*connection, writer);
    if (testing::Test::HasFailure()) {
      return 2;
    }
    std::cout << counted << std::endl;
    return 0;
  } catch (const std::exception& error) {
    std::cout << "failed: " << error.what() << std::endl;
    return 1;
  }
}

class EntityProcesses : public testing::TestWithParam<Race> {
 protected:
  void SetUp() override { require_server(*GetParam().backend); }
};

TEST_P(EntityProcesses, WriteTheSameEntityAtOnce) {
  const PrivateDatabase database(*GetParam().backend);
  const Scenario& scenario = GetParam().scenario;
  std::vector<std::unique_ptr<ChildProcess>> writers;
  for (int i = 0; i < processes; ++i) {
    writers.push_back(std::make_unique<ChildProcess>(
        std::vector<std::string>{"--writer", database.url(), std::string(scenario.name), std::to_string(i)}));
  }
  for (const auto& writer : writers) {
    ASSERT_EQ(writer->read_line(), "ready");
  }
  for (const auto& writer : writers) {
    writer->write_line("go");
  }
  int total = 0;
  for (const auto& writer : writers) {
    const std::optional<std::string> line = writer->read_line();
    EXPECT_EQ(writer->wait(), 0) << line.value_or("no word");
    if (line && line->find_first_not_of("0123456789") == std::string::npos) {
      total += std::stoi(*line);
    }
  }
  const auto manager = open(database.url());
  auto connection = manager->sync_connection();
  scenario.check(*connection, processes, total);
  EXPECT_EQ(unsound_history(*connection, scenario.name), "");
  if (connection->sql_generator().dialect() == "sqlite") {
    EXPECT_EQ(connection->execute("PRAGMA integrity_check").front().get<std::string>(0), "ok");
    EXPECT_EQ(connection->execute("PRAGMA journal_mode").front().get<std::string>(0), "wal");
  }
}

INSTANTIATE_TEST_SUITE_P(All, EntityProcesses, testing::ValuesIn(races()), [](const testing::TestParamInfo<Race>& one) {
  return std::string(one.param.scenario.name) + "_" + std::string(one.param.backend->name);
});

}  // namespace
}  // namespace dalia::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc == 5 && std::string_view(argv[1]) == "--writer") {
    return dalia::test::run_writer(argv[2], argv[3], std::stoi(argv[4]));
  }
  return RUN_ALL_TESTS();
}
