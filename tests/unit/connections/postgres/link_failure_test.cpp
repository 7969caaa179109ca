#include "connections/postgres/link_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia::internal::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PostgresLinkFailure, TheCodeComesOutOfTheText) {
  const LinkFailure failure = link_failure_from(
      "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password authentication failed for user "
      "\"ada\"\nLOCATION:  auth_failed, auth.c:338\n",
      LinkPhase::Connecting);
  EXPECT_EQ(failure.sqlstate, "28P01");
  EXPECT_EQ(failure.message,
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  password authentication failed for user "
            "\"ada\"");
}

TEST(PostgresLinkFailure, TheLanguageOfTheServerDoesNotMatter) {
  const LinkFailure failure = link_failure_from(
      "FATAL:  3D000: Datenbank »x« existiert nicht\nORT:  InitPostgres, postinit.c:935\n", LinkPhase::Connecting);
  EXPECT_EQ(failure.sqlstate, "3D000");
  EXPECT_EQ(failure.message, "FATAL:  Datenbank »x« existiert nicht");
}

TEST(PostgresLinkFailure, OfSeveralHostsTheLastOneCounts) {
  const LinkFailure failure = link_failure_from(
      "connection to server at \"a\", port 1 failed: FATAL:  57P03: the database system is starting up\n"
      "LOCATION:  ProcessStartupPacket, postmaster.c:2300\n"
      "connection to server at \"b\", port 2 failed: FATAL:  53300: sorry, too many clients already\n"
      "LOCATION:  InitProcess, proc.c:355\n",
      LinkPhase::Connecting);
  EXPECT_EQ(failure.sqlstate, "53300");
  EXPECT_EQ(failure.message,
            "connection to server at \"a\", port 1 failed: FATAL:  the database system is starting up "
            "connection to server at \"b\", port 2 failed: FATAL:  sorry, too many clients already");
}

TEST(PostgresLinkFailure, WhatIsSaidTwiceIsToldOnce) {
  const std::string once =
      "connection to server at \"a\", port 1 failed: FATAL:  3D000: database \"d\" does not exist\n";
  EXPECT_EQ(link_failure_from(once + once, LinkPhase::Connecting).message,
            "connection to server at \"a\", port 1 failed: FATAL:  database \"d\" does not exist");
}

TEST(PostgresLinkFailure, WithoutTheServersWordThereIsNoCode) {
  const LinkFailure failure = link_failure_from(
      "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running on that host "
      "and accepting TCP/IP connections?\n",
      LinkPhase::Connecting);
  EXPECT_EQ(failure.sqlstate, "");
  EXPECT_EQ(failure.message,
            "connection to server at \"127.0.0.1\", port 1 failed: Connection refused Is the server running on that "
            "host and accepting TCP/IP connections?");
}

TEST(PostgresLinkFailure, OnceConnectedEarlierErrorsAreLeftOut) {
  const LinkFailure failure = link_failure_from(
      "ERROR:  23505: duplicate key value violates unique constraint \"users_mail_key\"\n"
      "DETAIL:  Key (mail)=(secret@example.org) already exists.\n"
      "LOCATION:  _bt_check_unique, nbtinsert.c:664\n"
      "FATAL:  57P01: terminating connection due to administrator command\n"
      "LOCATION:  ProcessInterrupts, postgres.c:3225\n"
      "server closed the connection unexpectedly\n"
      "\tThis probably means the server terminated abnormally\n"
      "\tbefore or while processing the request.\n",
      LinkPhase::Connected);
  EXPECT_EQ(failure.sqlstate, "57P01");
  EXPECT_EQ(failure.message,
            "FATAL:  terminating connection due to administrator command server closed the connection unexpectedly");
}

TEST(PostgresLinkFailure, SaysSomethingWhereLibpqDoesNot) {
  EXPECT_EQ(link_failure_from("", LinkPhase::Connecting).message, "the server cannot be reached");
  EXPECT_EQ(link_failure_from("DETAIL:  secret\n", LinkPhase::Connected).message, "the link to the server broke");
}

TEST(PostgresLinkFailure, WithoutAConnectionMemoryWasShort) {
  try {
    throw_link_failure(nullptr, LinkPhase::Connecting, "");
  } catch (const ConnectionError& error) {
    EXPECT_THAT(error.what(), HasSubstr("out of memory"));
    EXPECT_EQ(error.backend(), "postgres");
    EXPECT_FALSE(error.facts().undone);
  }
}

/// A connection object that failed before it had a server, so that libpq's own messages can be had without one.
TEST(PostgresLinkFailure, NamesCauseAndRemedy) {
  struct Case {
    const char* keyword;
    const char* value;
    const char* says;
    const char* remedy;
  };
  const Case cases[] = {
      {"host", "no-such-host.invalid", "could not translate host name", "check the host's name"},
      {"host", "/no/such/folder", "/no/such/folder", "socket's folder"},
      {"port", "1", "refused", "check host and port"},
      {"sslmode", "nonsense", "sslmode", ""},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.value);
    const bool has_host = std::string_view(one.keyword) == "host";
    const char* const keywords[] = {has_host ? "user" : "host", one.keyword, "password", nullptr};
    const char* const values[] = {has_host ? "ada" : "127.0.0.1", one.value, "very secret", nullptr};
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdbParams(keywords, values, 0), &PQfinish);
    ASSERT_EQ(PQstatus(connection.get()), CONNECTION_BAD);
    try {
      throw_link_failure(connection.get(), LinkPhase::Connecting, "");
    } catch (const ConnectionError& error) {
      EXPECT_THAT(error.what(), HasSubstr(one.says));
      EXPECT_THAT(error.what(), HasSubstr(one.remedy));
      EXPECT_THAT(error.what(), Not(HasSubstr("very secret")));
    }
  }
}

TEST(PostgresLinkFailure, MoreParametersThanLibpqTakes) {
  const LinkFailure failure = link_failure_from(
      "lost synchronization with server: got message type \"t\", length 262146\n", LinkPhase::Connected);
  EXPECT_THAT(failure.message, HasSubstr("message type \"t\""));
}

}  // namespace
}  // namespace dalia::internal::postgres
