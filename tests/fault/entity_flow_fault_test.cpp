// Every flow of the entity framework, with every one of its statements failing in turn.
#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include <gmock/gmock.h>

#include "connections/blocking_driver.hpp"
#include "connections/session_executor.hpp"
#include "connections/sqlite/session.hpp"
#include "connections/sqlite/settings.hpp"
#include "dalia/entity/entity_context.hpp"
#include "dalia/entity/entity_flow.hpp"
#include "fault/scripted_executor.hpp"
#include "generators/sqlite_entity_generator.hpp"
#include "support/entity_text.hpp"

namespace dalia::test {
namespace {

using When = ScriptedExecutor::When;

/// A database in memory with an entity flow on a connection that fails on command.
class Bench {
 public:
  Bench()
      : settings_(internal::sqlite::settings_from(DatabaseConfig::from_url("sqlite::memory:"))),
        generator_(make_sql_generator("sqlite")),
        entities_(*generator_),
        translations_(*generator_),
        real_(std::make_unique<internal::BlockingDriver>(
                  std::make_unique<internal::sqlite::SqliteSession>(settings_, Deadline())),
              translations_, 100),
        on_(real_),
        context_(entities_, SchemaMode::Evolve, std::chrono::seconds(60)),
        flow_(on_, context_) {}

  [[nodiscard]] EntityFlow& flow() noexcept { return flow_; }
  [[nodiscard]] ScriptedExecutor& on() noexcept { return on_; }

  ResultSet execute(const std::string& sql) {
    const StatementText text(sql);
    ResultSet rows;
    auto work = [&]() -> task<void> { co_await real_.execute(text, std::span<const ValueRef>(), Deadline(), rows); };
    run_sync(work());
    return rows;
  }

  /// Every row of every table, without what depends on the clock, and fields without a value left out.
  std::string rows() {
    std::string text;
    for (const std::string& table : tables()) {
      if (table.ends_with("_meta")) {
        continue;
      }
      std::vector<std::string> lines;
      for (const Row row : execute("SELECT * FROM \"" + table + "\"")) {
        lines.push_back(line(row));
      }
      std::sort(lines.begin(), lines.end());
      if (!lines.empty()) {
        text += table + "\n";
      }
      for (const std::string& one : lines) {
        text += "  " + one + "\n";
      }
    }
    return text;
  }

  /// Fields and columns must belong together at any time.
  std::string schema_fault() {
    std::string fault;
    for (const std::string& table : tables()) {
      if (!table.ends_with("_meta")) {
        continue;
      }
      const std::string entity = table.substr(0, table.size() - 5);
      std::vector<std::string> fields;
      for (const Row row : execute("SELECT \"field\", \"kind\" FROM \"" + table + "\" ORDER BY 1")) {
        if (row.get<std::string>(1) != "unknown") {
          fields.push_back(row.get<std::string>(0));
        }
      }
      for (const std::string& other : {entity, entity + "_history"}) {
        std::vector<std::string> columns;
        for (const Row row : execute("SELECT name FROM pragma_table_info('" + other + "') ORDER BY 1")) {
          const auto name = row.get<std::string>(0);
          const bool is_ours = name == "id" || name.starts_with('_') || name.starts_with("history_") ||
                               name.starts_with("created_") || name.starts_with("updated_") || name == "deleted_at";
          if (!is_ours) {
            columns.push_back(name);
          }
        }
        if (columns != fields) {
          fault += other + " and its metadata differ; ";
        }
      }
    }
    return fault;
  }

 private:
  std::vector<std::string> tables() {
    std::vector<std::string> names;
    for (const Row row : execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
      names.push_back(row.get<std::string>(0));
    }
    return names;
  }

  static std::string line(const Row& row) {
    std::map<std::string, std::string> cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string& name = row.columns()[i];
      const bool is_clock = name == "created_at" || name == "updated_at" || name == "history_timestamp" ||
                            name == "history_tx" || name == "_epoch" || name == "_rid";
      if (!is_clock && !row[i].is_null()) {
        // A kind may have grown; the value is the same.
        cells[name] = name == "deleted_at" ? "set" : row[i].to_text();
      }
    }
    std::string text;
    for (const auto& [name, value] : cells) {
      text += name + "=" + value + " ";
    }
    return text;
  }

  internal::sqlite::Settings settings_;
  std::unique_ptr<SqlGenerator> generator_;
  internal::SqliteEntityGenerator entities_;
  internal::TranslationCache translations_;
  internal::SessionExecutor real_;
  ScriptedExecutor on_;
  EntityContext context_;
  EntityFlow flow_;
};

struct Flow {
  const char* name;
  std::function<void(EntityFlow&)> prepare;
  std::function<void(EntityFlow&)> act;
};

void PrintTo(const Flow& flow, std::ostream* out) {
  *out << flow.name;
}

void save(EntityFlow& flow, Entity entity, const SaveOptions& options = SaveOptions()) {
  static_cast<void>(run_sync(flow.save("users", std::move(entity), options)));
}

void nothing(EntityFlow&) {}

void two_users(EntityFlow& flow) {
  save(flow, {{"id", "a"}, {"n", 1}, {"s", "x"}});
  save(flow, {{"id", "a"}, {"n", 2}});
  save(flow, {{"id", "b"}, {"n", 3}, {"later", nullptr}});
}

void deleted_user(EntityFlow& flow) {
  two_users(flow);
  static_cast<void>(run_sync(flow.remove("users", "a", DeleteOptions())));
}

void removed_user(EntityFlow& flow) {
  two_users(flow);
  static_cast<void>(run_sync(flow.remove("users", "a", delete_options().permanent())));
}

std::vector<Flow> flows() {
  return {
      {"create", nothing,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", 1}});
       }},
      {"insert", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "c"}, {"n", 1}});
       }},
      {"update", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", 9}});
       }},
      {"unchanged", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", 2}});
       }},
      {"add_fields", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"x", 1}, {"y", "z"}, {"later", true}});
       }},
      {"widen_to_double", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", 0.5}});
       }},
      {"widen_to_decimal", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", Value::decimal("0.5")}});
       }},
      {"expected_version", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", 9}}, save_options().expected_version(2));
       }},
      {"expected_new", two_users,
       [](EntityFlow& flow) {
         save(flow, {{"id", "c"}, {"n", 9}}, save_options().expected_version(0));
       }},
      {"revive", deleted_user,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", 9}}, save_options().revive());
       }},
      {"come_back", removed_user,
       [](EntityFlow& flow) {
         save(flow, {{"id", "a"}, {"n", 9}});
       }},
      {"bulk", two_users,
       [](EntityFlow& flow) {
         static_cast<void>(run_sync(flow.save_all("users",
                                                  {Entity{{"id", "a"}, {"n", 7}}, Entity{{"id", "c"}, {"fresh", 1}},
                                                   Entity{{"id", "a"}, {"n", 8}}, Entity{{"id", "b"}, {"n", 3}}},
                                                  SaveOptions())));
       }},
      {"soft_delete", two_users,
       [](EntityFlow& flow) { static_cast<void>(run_sync(flow.remove("users", "a", DeleteOptions()))); }},
      {"hard_delete", two_users,
       [](EntityFlow& flow) { static_cast<void>(run_sync(flow.remove("users", "a", delete_options().permanent()))); }},
      {"restore", deleted_user,
       [](EntityFlow& flow) { static_cast<void>(run_sync(flow.restore("users", "a", RestoreOptions()))); }},
      {"erase", two_users,
       [](EntityFlow& flow) { static_cast<void>(run_sync(flow.erase("users", "a", RestoreOptions()))); }},
      {"erase_removed", removed_user,
       [](EntityFlow& flow) { static_cast<void>(run_sync(flow.erase("users", "a", RestoreOptions()))); }},
      {"ensure", two_users,
       [](EntityFlow& flow) {
         static_cast<void>(run_sync(flow.ensure("users", {{"x", 1}, {"n", 0.5}})));
       }},
  };
}

std::vector<std::exception_ptr> failures() {
  ErrorFacts retryable;
  retryable.retryable = true;
  return {std::make_exception_ptr(QueryError("injected")),
          std::make_exception_ptr(TransientError("injected", retryable)),
          std::make_exception_ptr(TimeoutError("injected", TimeoutPhase::Query)),
          std::make_exception_ptr(OutcomeUnknown("injected")), std::make_exception_ptr(std::bad_alloc())};
}

/// Whether the engine can have done the statement and report this: a conflict at COMMIT is its word that it did not.
bool is_possible_afterwards(const std::string& statement, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const TransientError&) {
    return statement != "COMMIT";
  } catch (...) {
    return true;
  }
}

class EntityFlowFaults : public testing::TestWithParam<Flow> {
 protected:
  /// The rows after an undisturbed run, and the number of its statements.
  std::pair<std::string, std::size_t> undisturbed() {
    Bench bench;
    GetParam().prepare(bench.flow());
    bench.on().fail_nothing();
    GetParam().act(bench.flow());
    const std::size_t statements = bench.on().seen().size();
    return {bench.rows(), statements};
  }
};

TEST_P(EntityFlowFaults, AFailureLeavesAllOrNothing) {
  const auto [after, statements] = undisturbed();
  for (const std::exception_ptr& failure : failures()) {
    for (const When when : {When::Instead, When::Afterwards}) {
      for (std::size_t number = 1; number <= statements; ++number) {
        Bench bench;
        GetParam().prepare(bench.flow());
        const std::string before = bench.rows();
        bench.on().fail(number, when, failure);
        bool has_failed = false;
        try {
          GetParam().act(bench.flow());
        } catch (const std::exception&) {
          has_failed = true;
        }
        const std::string& statement = bench.on().seen()[number - 1];
        if (when == When::Afterwards && !is_possible_afterwards(statement, failure)) {
          continue;
        }
        const std::string place = "statement " + std::to_string(number) + ": " + statement;
        ASSERT_FALSE(bench.on().in_transaction()) << place;
        const std::string now = bench.rows();
        ASSERT_TRUE(now == before || now == after) << place << "\nnow\n" << now << "before\n" << before;
        ASSERT_TRUE(has_failed || now == after) << place << "\nthe failure was swallowed\n" << now;
        ASSERT_EQ(bench.schema_fault(), "") << place;
        // The caches hold nothing that is not so: the same work goes through now.
        bench.on().fail_nothing();
        if (now != after) {
          ASSERT_NO_THROW(GetParam().act(bench.flow())) << place;
          ASSERT_EQ(bench.rows(), after) << place;
        }
        ASSERT_EQ(bench.schema_fault(), "") << place;
      }
    }
  }
}

TEST_P(EntityFlowFaults, InsideACallersTransactionToo) {
  const auto [after, statements] = undisturbed();
  for (const std::exception_ptr& failure : failures()) {
    for (std::size_t number = 1; number <= statements; ++number) {
      for (const bool commits : {true, false}) {
        Bench bench;
        GetParam().prepare(bench.flow());
        const std::string original = bench.rows();
        bench.execute("BEGIN IMMEDIATE");
        save(bench.flow(), {{"id", "mine"}, {"own", 1}});
        const std::string before = bench.rows();
        bench.on().fail(number, When::Instead, failure);
        try {
          GetParam().act(bench.flow());
        } catch (const std::exception&) {
        }
        const std::string place = "statement " + std::to_string(number) + ": " +
                                  (number <= bench.on().seen().size() ? bench.on().seen()[number - 1] : "none");
        ASSERT_TRUE(bench.on().in_transaction()) << place;
        bench.on().fail_nothing();
        const bool is_done = bench.rows() != before;
        if (!is_done) {
          ASSERT_NO_THROW(GetParam().act(bench.flow())) << place;
        }
        const std::string done = bench.rows();
        bench.execute(commits ? "COMMIT" : "ROLLBACK");
        ASSERT_EQ(bench.rows(), commits ? done : original) << place;
        ASSERT_EQ(bench.schema_fault(), "") << place;
        if (!commits) {
          ASSERT_NO_THROW(GetParam().act(bench.flow())) << place;
          ASSERT_EQ(bench.rows(), after) << place << ": a cache believes in what was rolled back";
          ASSERT_EQ(bench.schema_fault(), "") << place;
        } else {
          ASSERT_EQ(run_sync(bench.flow().get("users", "mine", GetOptions()))->version(), 1) << place;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EntityFlowFaults, testing::ValuesIn(flows()),
                         [](const testing::TestParamInfo<Flow>& one) { return std::string(one.param.name); });

/// Budgets: what a call that changes no schema may send. A save is BEGIN, the row under its lock, the change, its
/// snapshot and COMMIT; an id from outside that is new is also looked up in the closed histories.
TEST(StatementBudget, OfWarmCalls) {
  Bench bench;
  two_users(bench.flow());
  const auto count = [&](const std::function<void(EntityFlow&)>& act) {
    bench.on().fail_nothing();
    act(bench.flow());
    return bench.on().seen().size();
  };
  EXPECT_EQ(count([](EntityFlow& flow) { save(flow, {{"id", "a"}, {"n", 50}}); }), 5U);
  EXPECT_EQ(count([](EntityFlow& flow) { save(flow, {{"n", 50}}); }), 4U) << "generated id";
  EXPECT_LE(count([](EntityFlow& flow) { save(flow, {{"id", "new"}, {"n", 50}}); }), 6U);
  EXPECT_LE(count([](EntityFlow& flow) { save(flow, {{"id", "a"}, {"n", 50}}); }), 4U) << "unchanged";
  EXPECT_EQ(count([](EntityFlow& flow) { static_cast<void>(run_sync(flow.get("users", "a", GetOptions()))); }), 1U);
  EXPECT_EQ(count([](EntityFlow& flow) { static_cast<void>(run_sync(flow.find("users", EntityQuery()))); }), 1U);
  EXPECT_EQ(count([](EntityFlow& flow) { static_cast<void>(run_sync(flow.count("users", EntityQuery()))); }), 1U);
  EXPECT_EQ(count([](EntityFlow& flow) { static_cast<void>(run_sync(flow.history("users", "a", GetOptions()))); }), 1U);
  EXPECT_EQ(count([](EntityFlow& flow) { static_cast<void>(run_sync(flow.remove("users", "a", DeleteOptions()))); }),
            5U);
  EXPECT_EQ(count([](EntityFlow& flow) {
              std::vector<Entity> batch;
              for (int i = 0; i < 50; ++i) {
                batch.push_back(Entity{{"n", i}});
              }
              static_cast<void>(run_sync(flow.save_all("users", std::move(batch), SaveOptions())));
            }),
            102U)
      << "two for each row, and BEGIN and COMMIT";
}

/// In modes Frozen and Plan no statement changes a table, whatever is saved.
TEST(StatementBudget, FrozenAndPlanSendNoDdl) {
  for (const SchemaMode mode : {SchemaMode::Frozen, SchemaMode::Plan}) {
    Bench bench;
    two_users(bench.flow());
    bench.on().fail_nothing();
    const SaveOptions options = save_options().schema_mode(mode);
    for (const Entity& input : {Entity{{"id", "a"}, {"n", 5}}, Entity{{"id", "a"}, {"x", 5}},
                                Entity{{"id", "a"}, {"n", 0.5}}, Entity{{"id", "a"}, {"later", 5}}}) {
      try {
        save(bench.flow(), input, options);
      } catch (const EntityError&) {
      }
    }
    for (const std::string& statement : bench.on().seen()) {
      EXPECT_FALSE(statement.starts_with("CREATE") || statement.starts_with("ALTER") || statement.starts_with("DROP"))
          << statement;
    }
  }
}

}  // namespace
}  // namespace dalia::test
