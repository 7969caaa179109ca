#include "connections/postgres/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia::internal::postgres {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

Settings settings_of(std::string_view url) {
  return settings_from(DatabaseConfig::from_url(url));
}

std::string refusal(std::string_view url) {
  try {
    static_cast<void>(settings_of(url));
    return "taken";
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(PostgresSettings, AUrlBecomesKeywords) {
  const Settings settings =
      settings_of("postgres://ada:s%40crt@db.example.org:6543/shop?sslmode=require&sslrootcert=/etc/ca.pem");
  EXPECT_EQ(settings.keywords.at("host"), "db.example.org");
  EXPECT_EQ(settings.keywords.at("port"), "6543");
  EXPECT_EQ(settings.keywords.at("dbname"), "shop");
  EXPECT_EQ(settings.keywords.at("user"), "ada");
  EXPECT_EQ(settings.keywords.at("password"), "s@crt");
  EXPECT_EQ(settings.keywords.at("sslmode"), "require");
  EXPECT_EQ(settings.keywords.at("sslrootcert"), "/etc/ca.pem");
  EXPECT_EQ(settings.keywords.at("client_encoding"), "UTF8");
  EXPECT_EQ(settings.keywords.at("application_name"), "dalia");
}

TEST(PostgresSettings, WhatIsNotGivenIsLeftToLibpq) {
  const Settings settings = settings_of("postgres://localhost/");
  EXPECT_EQ(settings.keywords.at("port"), "5432");
  EXPECT_FALSE(settings.keywords.contains("user"));
  EXPECT_FALSE(settings.keywords.contains("password"));
  EXPECT_FALSE(settings.keywords.contains("dbname"));
}

TEST(PostgresSettings, TheSessionAnswersAlikeEverywhere) {
  const std::string options = settings_of("postgres://h/d").keywords.at("options");
  EXPECT_THAT(options, AllOf(HasSubstr("-c timezone=UTC"), HasSubstr("-c datestyle=ISO,YMD"),
                             HasSubstr("-c standard_conforming_strings=on")));
  EXPECT_THAT(settings_of("postgres://h/d?options=-c%20search_path%3Dmine").keywords.at("options"),
              EndsWith(" -c search_path=mine"));
}

TEST(PostgresSettings, SeveralHostsAndTheirPorts) {
  const Settings settings = settings_of("postgres://a,b:6000,[::1]:7000/d?target=read_write");
  EXPECT_EQ(settings.keywords.at("host"), "a,b,::1");
  EXPECT_EQ(settings.keywords.at("port"), "5432,6000,7000");
  EXPECT_EQ(settings.keywords.at("target_session_attrs"), "read-write");
  EXPECT_THAT(refusal("postgres://a:port,b/d"), HasSubstr("port"));
  EXPECT_THAT(refusal("postgres://a,b:99999/d"), HasSubstr("port"));
}

TEST(PostgresSettings, TheFolderOfASocket) {
  EXPECT_EQ(settings_of("postgres:///d?host=/run/postgresql").keywords.at("host"), "/run/postgresql");
}

TEST(PostgresSettings, TargetsHaveTheNamesOfAllBackends) {
  EXPECT_EQ(settings_of("postgres://h/d?target=primary").keywords.at("target_session_attrs"), "primary");
  EXPECT_EQ(settings_of("postgres://h/d?target=standby").keywords.at("target_session_attrs"), "standby");
  EXPECT_EQ(settings_of("postgres://h/d?target=any").keywords.at("target_session_attrs"), "any");
  EXPECT_THAT(refusal("postgres://h/d?target=master"), HasSubstr("read_write, primary, standby, any"));
}

TEST(PostgresSettings, UnknownAndTakenOptionsAreRefusedWithoutTheirValues) {
  EXPECT_THAT(refusal("postgres://ada:secret@h/d?sslmod=require"), AllOf(HasSubstr("'sslmod'"), HasSubstr("sslmode")));
  for (const std::string name : {"user", "dbname", "port", "client_encoding", "passfile", "replication"}) {
    EXPECT_THAT(refusal("postgres://ada:secret@h/d?" + name + "=hidden"),
                AllOf(HasSubstr("'" + name + "'"), Not(HasSubstr("hidden")), Not(HasSubstr("secret"))));
  }
}

}  // namespace
}  // namespace dalia::internal::postgres
