#include "entity/names.hpp"

#include <string>

#include <gmock/gmock.h>

#include "dalia/core/error.hpp"
#include "support/errors.hpp"

namespace dalia::internal {
namespace {

using namespace std::string_literals;

TEST(EntityNames, Accepts) {
  for (const std::string& name : {"a"s, "users"s, "a1"s, "a_b"s, "a_"s, "meta"s, "history"s, "a_metas"s, "sqlite"s,
                                  "select"s, std::string(48, 'z')}) {
    EXPECT_NO_THROW(check_entity_name(name)) << name;
  }
}

TEST(EntityNames, Refuses) {
  for (const std::string& name :
       {""s, "A"s, "aB"s, "1a"s, "_a"s, "a b"s, "a-b"s, "a.b"s, "a\0"s, "\0"s, "a\n"s, "\xc3\xa4"s, "a_meta"s,
        "a_history"s, "_meta"s, "sqlite_a"s, "sqlite_"s, std::string(49, 'z')}) {
    EXPECT_THROW(check_entity_name(name), EntityError) << name;
  }
}

TEST(EntityNames, MessagesHoldNoHostileBytes) {
  const auto error =
      test::expect_error<EntityError>([] { check_entity_name("a\n\x1b[2J\xff" + std::string(500, 'x')); });
  ASSERT_TRUE(error);
  const std::string message = error->what();
  EXPECT_LT(message.size(), 250U);
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("\n")));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("\x1b")));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("\xff")));
}

TEST(FieldNames, HaveRoles) {
  const std::pair<std::string, FieldRole> roles[] = {
      {"id", FieldRole::Id},
      {"ID", FieldRole::Id},
      {"iD", FieldRole::Id},
      {"name", FieldRole::Field},
      {"Name", FieldRole::Field},
      {"n", FieldRole::Field},
      {"N1_", FieldRole::Field},
      {"version", FieldRole::Field},
      {"epoch", FieldRole::Field},
      {"history", FieldRole::Field},
      {"idx", FieldRole::Field},
      {std::string(60, 'f'), FieldRole::Field},
      {"created_at", FieldRole::Ignored},
      {"CREATED_AT", FieldRole::Ignored},
      {"created_by", FieldRole::Ignored},
      {"updated_at", FieldRole::Ignored},
      {"updated_by", FieldRole::Ignored},
      {"deleted_at", FieldRole::Ignored},
      {"_version", FieldRole::Ignored},
      {"_epoch", FieldRole::Ignored},
      {"history_op", FieldRole::Ignored},
      {"history_user_id", FieldRole::Ignored},
      {"history_comment", FieldRole::Ignored},
      {"history_tx", FieldRole::Ignored},
      {"history_timestamp", FieldRole::HistoryTimestamp},
      {"History_Timestamp", FieldRole::HistoryTimestamp},
  };
  for (const auto& [name, role] : roles) {
    EXPECT_EQ(check_field_name("users", name), role) << name;
  }
}

TEST(FieldNames, Refuses) {
  for (const std::string& name :
       {""s,           "1"s,         "_a"s,   "_"s,    "__version"s, "_Rid"s,     "history_"s,
        "history_of"s, "HISTORY_x"s, "a b"s,  "a."s,   "a\0"s,       "\xc3\xa4"s, "a\""s,
        "ctid"s,       "XMIN"s,      "xMax"s, "cmin"s, "cmax"s,      "TableOid"s, std::string(61, 'f')}) {
    EXPECT_THROW(static_cast<void>(check_field_name("users", name)), EntityError) << name;
  }
}

TEST(Ids, Accept) {
  for (const std::string& id : {"a"s, " "s, "'"s, "\xf0\x9f\x98\x80"s, std::string(64, 'x'), "null"s, "0"s}) {
    EXPECT_NO_THROW(check_id("users", id)) << id;
  }
}

TEST(Ids, Refuse) {
  for (const std::string& id :
       {""s, "a\0b"s, "\x80"s, "\xed\xa0\x80"s, std::string(65, 'x'), std::string(63, 'x') + "\xc3\xa4"}) {
    EXPECT_THROW(check_id("users", id), EntityError) << id;
  }
}

TEST(Folded, ChangesAsciiOnly) {
  EXPECT_EQ(folded("AbZ_1\xc3\x84"), "abz_1\xc3\x84");
}

}  // namespace
}  // namespace dalia::internal
