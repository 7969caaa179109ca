// What differs between MariaDB and MySQL in the SQL of entities. For MySQL only its manual was at hand.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generators/mysql_entity_generator.hpp"

namespace dalia::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<EntityColumn> columns = {{"age", Kind::Int64}, {"extra", Kind::Json}};

TEST(MySqlEntityGenerator, TextsCompareExactlyOnBothServers) {
  const MySqlGenerator mariadb(MySqlFlavour::MariaDb);
  const MySqlGenerator mysql(MySqlFlavour::MySql);
  EXPECT_THAT(MySqlEntityGenerator(mariadb).column_type(Kind::Text), HasSubstr("utf8mb4_nopad_bin"));
  EXPECT_THAT(MySqlEntityGenerator(mysql).column_type(Kind::Text), HasSubstr("utf8mb4_0900_bin"));
}

TEST(MySqlEntityGenerator, ColumnsThatMayBeThereAlready) {
  const MySqlGenerator mariadb(MySqlFlavour::MariaDb);
  const std::vector<std::string> statements = MySqlEntityGenerator(mariadb).get_add_columns_sql("users", columns);
  ASSERT_EQ(statements.size(), 4U);
  EXPECT_THAT(statements[0], HasSubstr("ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `age` bigint, ADD COLUMN IF NOT"));
  EXPECT_THAT(statements[1], HasSubstr("ALTER TABLE `users` MODIFY COLUMN `age` bigint, MODIFY COLUMN `extra`"));
  EXPECT_THAT(statements[2], HasSubstr("`users_history`"));
  const MySqlGenerator mysql(MySqlFlavour::MySql);
  const std::vector<std::string> plain = MySqlEntityGenerator(mysql).get_add_columns_sql("users", columns);
  ASSERT_EQ(plain.size(), 2U);
  EXPECT_THAT(plain[0], Not(HasSubstr("IF NOT EXISTS")));
  EXPECT_TRUE(MySqlEntityGenerator(mysql).get_add_columns_sql("users", {}).empty());
}

TEST(MySqlEntityGenerator, ExtraValuesBecomeColumnsOfTheirKinds) {
  const MySqlGenerator generator;
  const MySqlEntityGenerator entities(generator);
  EXPECT_THAT(entities.get_extra_value_sql({"age", Kind::Int64}), testing::StartsWith("CAST("));
  EXPECT_THAT(entities.get_extra_value_sql({"age", Kind::Int64}), HasSubstr("JSON_EXTRACT([_extra], '$.age')"));
  const std::vector<std::string> moves = entities.get_settle_extra_sql("users", columns, 7);
  ASSERT_EQ(moves.size(), 2U);
  EXPECT_THAT(moves[0], testing::StartsWith("UPDATE `users` SET `age` = CAST("));
  EXPECT_THAT(moves[1], testing::StartsWith("UPDATE `users_history` SET "));
  for (const std::string& move : moves) {
    EXPECT_THAT(move, testing::EndsWith("`_extra` = NULL, `_epoch` = 7 WHERE `_extra` IS NOT NULL"));
  }
}

TEST(MySqlEntityGenerator, NewTablesAppearTogether) {
  const MySqlGenerator generator;
  const MySqlEntityGenerator entities(generator);
  EXPECT_EQ(entities.name_in_making("users"), "_new_users");
  EXPECT_EQ(entities.get_publish_schema_sql("users"),
            "RENAME TABLE `_new_users` TO `users`, `_new_users_meta` TO `users_meta`, "
            "`_new_users_history` TO `users_history`");
}

TEST(MySqlEntityGenerator, AnOffsetNeedsALimit) {
  const MySqlGenerator generator;
  const MySqlEntityGenerator entities(generator);
  const std::vector<std::string> none;
  EXPECT_THAT(entities.get_find_sql("users", none, "", "[id]", false, true),
              HasSubstr("ORDER BY [id] LIMIT 18446744073709551615 OFFSET ?"));
  EXPECT_THAT(entities.get_find_sql("users", none, "", "", true, false), ::testing::EndsWith(" LIMIT ?"));
}

TEST(MySqlGenerator, LearnsFromTheServerWhatItCanDo) {
  const auto server = std::make_shared<MySqlServer>();
  const MySqlGenerator generator(server);
  EXPECT_TRUE(generator.capabilities().returning_on_insert);
  server->learn("8.4.2");
  EXPECT_FALSE(generator.capabilities().returning_on_insert);
  EXPECT_EQ(generator.get_timeout_sql(std::chrono::milliseconds(1500)), "SET SESSION max_execution_time = 1500");
}

TEST(MySqlEntityGenerator, TheSaveBlockTakesEachLongValueOnce) {
  const MySqlGenerator generator;
  const MySqlEntityGenerator entities(generator);
  const std::vector<std::string> fields = {"age", "extra"};
  std::vector<EntityColumn> given = columns;
  given[1].has_long_value = true;
  const SaveSql save = entities.get_save_sql("users", SqlEntityGenerator::SavedId::Any, given, fields);
  EXPECT_EQ(std::count(save.text.begin(), save.text.end(), '?'), static_cast<std::ptrdiff_t>(save.places.size()));
  EXPECT_THAT(save.text, Not(::testing::ContainsRegex("[?][0-9]")));
  EXPECT_THAT(save.text, HasSubstr("DECLARE _1 longtext"));
  EXPECT_THAT(save.text, Not(HasSubstr("DECLARE _0")));
  EXPECT_EQ(std::count(save.places.begin(), save.places.end(), 2U), 1);  // after id and age
  for (std::size_t parameter = 0; parameter <= 8; ++parameter) {         // the last is the expected version
    EXPECT_THAT(save.places, ::testing::Contains(parameter));
  }
  EXPECT_THAT(save.places, ::testing::Each(::testing::Le(8U)));

  const SaveSql save_new = entities.get_save_sql("users", SqlEntityGenerator::SavedId::New, columns, fields);
  EXPECT_THAT(save_new.places, ::testing::Not(::testing::Contains(8U)));
  EXPECT_THAT(save_new.text, Not(HasSubstr("UPDATE")));
}

}  // namespace
}  // namespace dalia::internal
