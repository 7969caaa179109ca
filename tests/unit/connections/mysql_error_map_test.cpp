#include <gtest/gtest.h>

#include "connections/mysql/error_map.hpp"

namespace dalia::internal::mysql {
namespace {

struct Meaning {
  unsigned code;
  ErrorClass error_class;
};

TEST(MySqlErrorMap, CodesMeanWhatACallerDoesAboutThem) {
  const Meaning expected[] = {
      {1062, ErrorClass::Constraint},     {1048, ErrorClass::Constraint},     {1364, ErrorClass::Constraint},
      {1451, ErrorClass::Constraint},     {1452, ErrorClass::Constraint},     {3819, ErrorClass::Constraint},
      {4025, ErrorClass::Constraint},     {1213, ErrorClass::Transient},      {1205, ErrorClass::Transient},
      {1020, ErrorClass::Transient},      {3572, ErrorClass::Transient},      {1412, ErrorClass::Transient},
      {1243, ErrorClass::Stale},          {1615, ErrorClass::Stale},          {2006, ErrorClass::Connection},
      {2013, ErrorClass::Connection},     {2055, ErrorClass::Connection},     {2002, ErrorClass::Connection},
      {2003, ErrorClass::Connection},     {2005, ErrorClass::Connection},     {1040, ErrorClass::Connection},
      {1053, ErrorClass::Connection},     {1927, ErrorClass::Connection},     {4031, ErrorClass::Connection},
      {1047, ErrorClass::Connection},     {1045, ErrorClass::Authentication}, {1698, ErrorClass::Authentication},
      {2059, ErrorClass::Authentication}, {1049, ErrorClass::Query},          {1054, ErrorClass::Query},
      {1064, ErrorClass::Query},          {1146, ErrorClass::Query},          {1153, ErrorClass::Query},
      {1226, ErrorClass::Query},          {1290, ErrorClass::Query},          {1792, ErrorClass::Query},
      {1969, ErrorClass::Query},          {1317, ErrorClass::Query},          {9999, ErrorClass::Query},
  };
  for (const Meaning& one : expected) {
    EXPECT_EQ(meaning_of(one.code).error_class, one.error_class) << one.code;
  }
  EXPECT_EQ(meaning_of(1062).constraint, ConstraintKind::Unique);
  EXPECT_EQ(meaning_of(1364).constraint, ConstraintKind::NotNull);
  EXPECT_EQ(meaning_of(1452).constraint, ConstraintKind::ForeignKey);
  EXPECT_EQ(meaning_of(4025).constraint, ConstraintKind::Check);
}

TEST(MySqlErrorMap, SomeCodesEndTheConnection) {
  for (const unsigned code : {2006U, 2013U, 1927U, 1053U, 1153U}) {
    EXPECT_TRUE(ends_connection(code)) << code;
  }
  for (const unsigned code : {1062U, 1213U, 1064U, 1969U, 2057U}) {
    EXPECT_FALSE(ends_connection(code)) << code;
  }
}

struct Named {
  unsigned code;
  const char* message;
  const char* statement;
  ConstraintNames names;
};

/// Messages as MariaDB 10.11 and (by its manual) MySQL 8 write them.
TEST(MySqlErrorMap, FindsTheNamesOfConstraints) {
  const Named table[] = {
      {1062, "Duplicate entry 'x' for key 'mail'", "INSERT INTO `people` (`a`) VALUES (?)", {"mail", "people", ""}},
      {1062,
       "Duplicate entry ' for key 'a'' for key 'PRIMARY'",
       "insert ignore into db.people values (?)",
       {"PRIMARY", "people", ""}},
      {1062, "Duplicate entry 'x' for key 'people.mail'", "REPLACE people VALUES (?)", {"mail", "people", ""}},
      {1062, "Duplicate entry 'x' for key 'mail'", "CALL add_one(?)", {"mail", "", ""}},
      {1048, "Column 'name' cannot be null", "/* x */ UPDATE `my table` SET name = ?", {"", "my table", "name"}},
      {1364, "Field 'name' doesn't have a default value", "INSERT INTO t(a) VALUES (1)", {"", "t", "name"}},
      {1452,
       "Cannot add or update a child row: a foreign key constraint fails (`db`.`pets`, CONSTRAINT `pets_owner` FOREIGN "
       "KEY (`owner`) REFERENCES `people` (`id`))",
       "INSERT INTO pets VALUES (1)",
       {"pets_owner", "pets", "owner"}},
      {1451,
       "Cannot delete or update a parent row: a foreign key constraint fails (`db`.`pets`, CONSTRAINT `pets_owner` "
       "FOREIGN KEY (`owner`) REFERENCES `people` (`id`))",
       "DELETE FROM people",
       {"pets_owner", "pets", "owner"}},
      {4025,
       "CONSTRAINT `positive` failed for `db`.`people`",
       "INSERT INTO people VALUES (1)",
       {"positive", "people", ""}},
      {4025,
       "CONSTRAINT `people.age` failed for `db`.`people`",
       "INSERT INTO people VALUES (1)",
       {"people.age", "people", ""}},
      {3819,
       "Check constraint 'people_chk_1' is violated.",
       "INSERT INTO people VALUES (1)",
       {"people_chk_1", "people", ""}},
      {1146, "Table 'db.t' doesn't exist", "SELECT 1 FROM t", {"", "", ""}},
  };
  for (const Named& one : table) {
    const ConstraintNames names = names_in(one.code, one.message, one.statement);
    EXPECT_EQ(names.constraint, one.names.constraint) << one.message;
    EXPECT_EQ(names.table, one.names.table) << one.message;
    EXPECT_EQ(names.column, one.names.column) << one.message;
  }
}

TEST(MySqlErrorMap, MessagesHoldNoValues) {
  const std::pair<unsigned, std::pair<const char*, const char*>> table[] = {
      {1062, {"Duplicate entry 'it's secret' for key 'mail'", "Duplicate entry '...' for key 'mail'"}},
      {1366,
       {"Incorrect integer value: 'secret' for column `db`.`t`.`n` at row 1",
        "Incorrect integer value: '...' for column `db`.`t`.`n` at row 1"}},
      {1292, {"Truncated incorrect DOUBLE value: 'secret'", "Truncated incorrect DOUBLE value: '...'"}},
      {1526, {"Table has no partition for value 7777", "Table has no partition for value ..."}},
      {1094, {"Unknown thread id: 7777", "Unknown thread id: ..."}},
      {1105, {"XPATH syntax error: 'secret'", "XPATH syntax error: '...'"}},
      {1231, {"Variable 'sql_mode' can't be set to the value of 'secret'", "Variable '...'"}},
      {1298, {"Unknown or incorrect time zone: 'secret'", "Unknown or incorrect time zone: '...'"}},
      {1690, {"BIGINT value is out of range in '9 + secret'", "BIGINT value is out of range in '...'"}},
      {1264, {"Out of range value for column 'n' at row 1", "Out of range value for column 'n' at row 1"}},
      {1054, {"Unknown column 'x' in 'SELECT'", "Unknown column 'x' in 'SELECT'"}},
  };
  for (const auto& [code, texts] : table) {
    EXPECT_EQ(without_values(code, texts.first), texts.second) << code;
  }
}

template <class Expected>
void expect_thrown(unsigned code, const std::string& message) {
  try {
    throw_error(NativeError{code, "HY000", message}, "SELECT 1\nFROM here");
  } catch (const Expected& error) {
    EXPECT_EQ(error.native_code(), code);
    EXPECT_EQ(error.sqlstate(), "HY000");
    EXPECT_EQ(error.backend(), "mysql");
  } catch (const std::exception& error) {
    ADD_FAILURE() << code << " became another error: " << error.what();
  }
}

TEST(MySqlErrorMap, ThrowsTheTypesOfDalia) {
  expect_thrown<ConstraintViolation>(1062, "Duplicate entry 'x' for key 'mail'");
  expect_thrown<TransientError>(1213, "Deadlock found");
  expect_thrown<TransientError>(1243, "Unknown prepared statement handler");
  expect_thrown<ConnectionError>(2013, "Lost connection");
  expect_thrown<QueryError>(1044, "Access denied");
  EXPECT_THROW(throw_connect_error(NativeError{1045, "28000", "Access denied"}, "host:1"), AuthenticationError);
  EXPECT_THROW(throw_connect_error(NativeError{1049, "42000", "Unknown database"}, "host:1"), ConnectionError);
}

TEST(MySqlErrorMap, FindsThePosition) {
  try {
    throw_error(NativeError{1064, "42000", "You have an error near 'here' at line 2"}, "SELECT 1\nFROM here");
  } catch (const QueryError& error) {
    ASSERT_NE(error.position(), nullptr);
    EXPECT_EQ(*error.position(), (Position{14, 2, 6}));
  }
}

}  // namespace
}  // namespace dalia::internal::mysql
