#include "entity/schema_change.hpp"

#include <memory>

#include <gmock/gmock.h>

#include "dalia/core/error.hpp"
#include "generators/sqlite_entity_generator.hpp"
#include "support/entity_text.hpp"
#include "support/errors.hpp"

namespace dalia::internal {
namespace {

class SchemaChanges : public testing::Test {
 protected:
  SchemaChanges() : generator_(make_sql_generator("sqlite")), entities_(*generator_) {
    std::vector<EntityField> fields;
    for (const auto& [name, kind] : std::initializer_list<std::pair<const char*, std::optional<Kind>>>{
             {"Name", Kind::Text}, {"whole", Kind::Int64}, {"real", Kind::Double}, {"none", std::nullopt}}) {
      EntityField field;
      field.name = name;
      field.kind = kind;
      fields.push_back(std::move(field));
    }
    schema_ = std::make_unique<Schema>(entities_, "users", 3, std::move(fields));
  }

  SchemaChange change(const std::vector<Entity>& entities) {
    return required_change(schema_.get(), "users", std::span<const Entity>(entities), Capabilities());
  }
  static SchemaChange creation(const std::vector<Entity>& entities) {
    return required_change(nullptr, "users", std::span<const Entity>(entities), Capabilities());
  }
  static std::string text_of(const std::vector<EntityField>& fields) {
    std::string text;
    for (const EntityField& field : fields) {
      text += field.name + ":" + (field.kind ? std::string(kind_name(*field.kind)) : "?") + " ";
    }
    return text;
  }
  const Schema& schema() { return *schema_; }
  const SqlEntityGenerator& entities() { return entities_; }

 private:
  std::unique_ptr<SqlGenerator> generator_;
  SqliteEntityGenerator entities_;
  std::unique_ptr<Schema> schema_;
};

TEST_F(SchemaChanges, NothingToDo) {
  EXPECT_TRUE(change({}).is_empty());
  EXPECT_TRUE(change({Entity{{"id", "a"}, {"NAME", "x"}, {"whole", 5.0}, {"real", 1}, {"none", nullptr}}}).is_empty());
  EXPECT_TRUE(change({Entity{{"created_at", 1}, {"_version", "x"}, {"history_op", 5}, {"name", nullptr}}}).is_empty());
  EXPECT_FALSE(creation({}).is_empty());
}

TEST_F(SchemaChanges, AddsInOrderOfAppearance) {
  const SchemaChange added = change({Entity{{"z", 1}, {"a", nullptr}}, Entity{{"A", 1.5}, {"b", true}, {"none", "x"}}});
  EXPECT_EQ(text_of(added.added), "z:int64 a:double b:bool none:text ");
  EXPECT_TRUE(added.widened.empty());
  EXPECT_FALSE(added.creates);
  EXPECT_EQ(text_of(creation({Entity{{"x", nullptr}, {"y", 1}}}).added), "x:? y:int64 ");
}

TEST_F(SchemaChanges, WidensIntegers) {
  EXPECT_EQ(text_of(change({Entity{{"WHOLE", 0.5}}}).widened), "whole:double ");
  EXPECT_EQ(text_of(change({Entity{{"whole", Value::decimal("0.5")}}}).widened), "whole:decimal ");
  EXPECT_EQ(text_of(change({Entity{{"whole", UINT64_MAX}}}).widened), "whole:decimal ");
  EXPECT_EQ(text_of(change({Entity{{"n", 1}}, Entity{{"n", 0.5}}}).added), "n:double ");
}

TEST_F(SchemaChanges, ConflictsWhateverTheOrder) {
  const Value big((std::int64_t{1} << 53) + 1);
  const std::vector<std::vector<Entity>> batches = {
      {Entity{{"n", 1}}, Entity{{"n", "x"}}},
      {Entity{{"n", "x"}}, Entity{{"n", 1}}},
      {Entity{{"n", big}}, Entity{{"n", 0.5}}},
      {Entity{{"n", 0.5}}, Entity{{"n", big}}},
      {Entity{{"n", 1}}, Entity{{"n", 0.5}}, Entity{{"n", Value::decimal("0.1")}}},
      {Entity{{"n", 1}}, Entity{{"n", Value::decimal("0.1")}}, Entity{{"n", 0.5}}},
      {Entity{{"whole", true}}},
      {Entity{{"real", big}}},
      {Entity{{"name", 5}}},
  };
  for (const std::vector<Entity>& batch : batches) {
    EXPECT_THROW(static_cast<void>(change(batch)), TypeConflict) << testing::PrintToString(batch);
  }
}

TEST_F(SchemaChanges, BadNames) {
  EXPECT_THROW(static_cast<void>(change({Entity{{"_x", 1}}})), EntityError);
  EXPECT_THROW(static_cast<void>(change({Entity{{"a", 1}, {"A", 2}}})), EntityError);
  EXPECT_THROW(static_cast<void>(change({Entity{{"name", "x"}, {"NAME", "x"}}})), EntityError);
  EXPECT_NO_THROW(static_cast<void>(change({Entity{{"a", 1}}, Entity{{"A", 2}}})));
}

TEST_F(SchemaChanges, VersionOfAHistoryRowIsNoField) {
  EXPECT_TRUE(change({Entity{{"history_timestamp", "t"}, {"version", 1}}}).is_empty());
  EXPECT_EQ(text_of(change({Entity{{"version", 1}}}).added), "version:int64 ");
}

TEST_F(SchemaChanges, FieldsAfter) {
  const SchemaChange grown = change({Entity{{"whole", 0.5}, {"fresh", 1}, {"none", true}}});
  const std::vector<EntityField> after = fields_after(&schema(), grown, 4);
  EXPECT_EQ(text_of(after), "Name:text whole:double real:double none:bool fresh:int64 ");
  EXPECT_EQ(after[4].since_epoch, 4);
  EXPECT_EQ(after[1].since_epoch, 1);
}

TEST_F(SchemaChanges, StatementsQuoteEveryName) {
  for (const std::string& statement :
       change_statements(entities(), "order", change({Entity{{"select", 1}, {"whole", Value::decimal("0.5")}}}), 4)) {
    EXPECT_THAT(statement, testing::HasSubstr("\"order"));
    EXPECT_THAT(statement, testing::Not(testing::HasSubstr(" select ")));
  }
}

TEST_F(SchemaChanges, AFieldWithoutAKindIsOnlyRecorded) {
  for (const std::string& statement : change_statements(entities(), "users", change({Entity{{"later", nullptr}}}), 4)) {
    EXPECT_THAT(statement, testing::HasSubstr("users_meta"));
  }
}

}  // namespace
}  // namespace dalia::internal
