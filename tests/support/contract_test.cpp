#include "support/contract_test.hpp"

#include <ostream>

namespace dalia::test {

std::vector<Target> targets() {
  std::vector<Target> all;
  for (const Backend& backend : backends()) {
    for (const Mode mode : modes()) {
      all.push_back(Target{&backend, mode});
    }
  }
  return all;
}

std::string target_name(const testing::TestParamInfo<Target>& info) {
  return std::string(info.param.backend->name) + "_" + std::string(name_of(info.param.mode));
}

void PrintTo(const Target& target, std::ostream* out) {
  *out << target.backend->name << " " << name_of(target.mode);
}

void ContractTest::SetUp() {
  require_server(backend());
  if (IsSkipped() || HasFatalFailure()) {
    return;
  }
  database_ = std::make_unique<PrivateDatabase>(backend());
  manager_ = open_manager();
}

void TableTest::SetUp() {
  ContractTest::SetUp();
  if (!IsSkipped() && !HasFatalFailure()) {
    conn().execute("CREATE TABLE [t] ([id] INTEGER PRIMARY KEY, [n] INTEGER)");
  }
}

TestConnection& ContractTest::conn() {
  if (!connection_) {
    connection_ = connect();
  }
  return *connection_;
}

std::unique_ptr<TestConnection> ContractTest::connect() {
  return connect(manager());
}

std::unique_ptr<TestConnection> ContractTest::connect(ConnectionManager& manager) const {
  return test::connect(manager, GetParam().mode);
}

std::unique_ptr<ConnectionManager> ContractTest::open_manager(SchemaMode mode) {
  DatabaseConfig config = database().config();
  config.schema_mode = mode;
  return DatabaseFactory::create_database(config);
}

std::string ContractTest::catalogue() {
  std::string text;
  for (const Row row : conn().execute(backend().catalogue_sql)) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i].to_text() + "|";
    }
    text += "\n";
  }
  return text;
}

std::vector<std::string> ContractTest::texts(std::string_view sql, const Params& params) {
  std::vector<std::string> list;
  for (const Row row : conn().execute(sql, params)) {
    list.push_back(row[0].to_text());
  }
  return list;
}

std::int64_t ContractTest::number(std::string_view sql, const Params& params) {
  const ResultSet rows = conn().execute(sql, params);
  return rows.empty() ? -1 : rows.front().get<std::int64_t>(0);
}

}  // namespace dalia::test
