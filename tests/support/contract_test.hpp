/// ContractTest: the fixture of all contract tests. Each test gets an empty database of its own, on every backend, in
/// every mode.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/backends.hpp"
#include "support/driver.hpp"

namespace dalia::test {

struct Target {
  const Backend* backend = nullptr;
  Mode mode = Mode::Sync;
};

[[nodiscard]] std::vector<Target> targets();
[[nodiscard]] std::string target_name(const testing::TestParamInfo<Target>& info);
void PrintTo(const Target& target, std::ostream* out);

class ContractTest : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override;

  [[nodiscard]] const Backend& backend() const { return *GetParam().backend; }
  [[nodiscard]] const PrivateDatabase& database() const { return *database_; }
  [[nodiscard]] ConnectionManager& manager() { return *manager_; }
  /// The test's usual connection.
  [[nodiscard]] TestConnection& conn();
  /// One more connection of the same manager.
  [[nodiscard]] std::unique_ptr<TestConnection> connect();
  /// A manager with caches of its own, as another process has it.
  [[nodiscard]] std::unique_ptr<ConnectionManager> open_manager(SchemaMode mode = SchemaMode::Evolve);
  [[nodiscard]] std::unique_ptr<TestConnection> connect(ConnectionManager& manager) const;

  /// Everything the database holds of tables, columns and indexes; equal texts mean that no DDL ran in between.
  [[nodiscard]] std::string catalogue();
  /// The values of the first column.
  [[nodiscard]] std::vector<std::string> texts(std::string_view sql, const Params& params = Params());
  [[nodiscard]] std::int64_t number(std::string_view sql, const Params& params = Params());

 private:
  std::unique_ptr<PrivateDatabase> database_;
  std::unique_ptr<ConnectionManager> manager_;
  std::unique_ptr<TestConnection> connection_;
};

/// With an empty table [t] of [id], its key, and [n].
class TableTest : public ContractTest {
 protected:
  void SetUp() override;
  [[nodiscard]] std::int64_t rows() { return number("SELECT count(*) FROM [t]"); }
};

/// Runs the suite over all backends and modes.
#define DALIA_CONTRACT_SUITE(Suite) \
  INSTANTIATE_TEST_SUITE_P(All, Suite, testing::ValuesIn(::dalia::test::targets()), ::dalia::test::target_name)

/// Ends the test where the backend cannot do what it needs.
#define DALIA_REQUIRES(ability)                                    \
  if (!backend().has(::dalia::test::Ability::ability)) {           \
    GTEST_SKIP() << backend().name << " has no ability " #ability; \
  }                                                                \
  static_assert(true)

}  // namespace dalia::test
