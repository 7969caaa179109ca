// The values of MariaDB and MySQL without a server: cells of the binary protocol, and what parameters refuse.
#include <gtest/gtest.h>

#include "connections/mysql/parameters.hpp"
#include "connections/mysql/results.hpp"
#include "connections/mysql/settings.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::mysql {
namespace {

using namespace std::string_view_literals;

std::string text_of(const ValueRef& value) {
  return std::string(kind_name(value.kind())) + ":" + value.to_text();
}

TEST(MySqlValues, Decimals) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"0", "0"},     {"-0", "0"},        {"0.000", "0"}, {"-0.00", "0"},  {"1.50", "1.5"}, {"-12.500", "-12.5"},
      {"100", "100"}, {"0001.50", "1.5"}, {"0000", "0"},  {"00.5", "0.5"}, {"10.0", "10"},
  };
  for (const auto& [sent, expected] : table) {
    EXPECT_EQ(shortest_decimal(sent), expected) << sent;
  }
}

TEST(MySqlValues, Moments) {
  std::string text;
  EXPECT_EQ(text_of(date_time_from_wire("\xe8\x07\x02\x1d"sv, text)), "instant:2024-02-29T00:00:00.000000Z");
  EXPECT_EQ(text_of(date_time_from_wire("\xe8\x07\x02\x1d\x17\x3b\x3b\x3f\x42\x0f\x00"sv, text)),
            "instant:2024-02-29T23:59:59.999999Z");
  EXPECT_EQ(text_of(date_time_from_wire("\x01\x00\x01\x01"sv, text)), "instant:0001-01-01T00:00:00.000000Z");
  EXPECT_EQ(text_of(date_time_from_wire(""sv, text)), "text:0000-00-00 00:00:00.000000");
  EXPECT_EQ(text_of(date_from_wire("\x0f\x27\x0c\x1f"sv, text)), "date:9999-12-31");
  EXPECT_EQ(text_of(date_from_wire(""sv, text)), "text:0000-00-00");
  EXPECT_EQ(text_of(date_from_wire("\xe8\x07\x00\x00"sv, text)), "text:2024-00-00");
}

TEST(MySqlValues, Times) {
  std::string text;
  EXPECT_EQ(text_of(time_from_wire(""sv, text)), "time:00:00:00.000000");
  EXPECT_EQ(text_of(time_from_wire("\x00\x00\x00\x00\x00\x17\x3b\x3b"sv, text)), "time:23:59:59.000000");
  EXPECT_EQ(text_of(time_from_wire("\x00\x00\x00\x00\x00\x01\x02\x03\x04\x00\x00\x00"sv, text)),
            "time:01:02:03.000004");
  EXPECT_EQ(text_of(time_from_wire("\x01\x22\x00\x00\x00\x16\x3b\x3b"sv, text)), "text:-838:59:59.000000");
  EXPECT_EQ(text_of(time_from_wire("\x00\x01\x00\x00\x00\x00\x00\x00"sv, text)), "text:24:00:00.000000");
}

TEST(MySqlValues, Bits) {
  EXPECT_EQ(bits_from_wire("\x01\x00"sv), 256U);
  EXPECT_EQ(bits_from_wire("\xff\xff\xff\xff\xff\xff\xff\xff"sv), UINT64_MAX);
  EXPECT_THROW(static_cast<void>(bits_from_wire("123456789"sv)), UsageError);
}

TEST(MySqlValues, DecimalsHaveAtMost65Digits) {
  check_decimal(std::string(65, '9'));
  check_decimal("-" + std::string(27, '9') + "." + std::string(38, '9'));
  EXPECT_THROW(check_decimal(std::string(66, '9')), UsageError);
  EXPECT_THROW(check_decimal("0." + std::string(39, '1')), UsageError);
}

TEST(MySqlValues, ParametersRefuseWhatTheServerWould) {
  constexpr std::size_t packet = 1000;
  Parameters parameters;
  const std::string longest(2000, 'x');
  const Value decimal = Value::decimal(std::string(66, '9'));
  MYSQL_BIND bound{};
  const auto bind = [&](const ValueRef& value) {
    parameters.bind(std::span<const ValueRef>(&value, 1), &bound, 1, packet, "SELECT ?");
  };
  EXPECT_THROW(bind(decimal), UsageError);
  EXPECT_THROW(bind(ValueRef(std::string_view("a\0b", 3))), UsageError);
  EXPECT_THROW(bind(ValueRef(std::numeric_limits<double>::infinity())), UsageError);
  EXPECT_THROW(bind(ValueRef(std::string_view(longest))), QueryError);
  EXPECT_THROW(parameters.bind({}, &bound, 1, packet, "SELECT ?"), UsageError);
  bind(ValueRef("fits"));
}

TEST(MySqlValues, TheLibraryIsToldOfParametersWhenKindsChange) {
  Parameters parameters;
  MYSQL_BIND bound{};
  const auto is_new_with = [&](const ValueRef& value) {
    parameters.bind(std::span<const ValueRef>(&value, 1), &bound, 1, 1000, "SELECT ?");
    return parameters.is_new();
  };
  EXPECT_TRUE(is_new_with(ValueRef()));
  EXPECT_EQ(parameters.binds()->buffer_type, MYSQL_TYPE_NULL);
  parameters.told();
  EXPECT_FALSE(is_new_with(ValueRef()));
  EXPECT_TRUE(is_new_with(ValueRef("Ada")));
  EXPECT_TRUE(is_new_with(ValueRef("Grace"))) << "it was not told yet";
  parameters.told();
  bound = *parameters.binds();

  EXPECT_FALSE(is_new_with(ValueRef("Edsger")));
  EXPECT_EQ(std::string_view(static_cast<const char*>(bound.buffer), *bound.length), "Edsger");
  EXPECT_FALSE(*bound.is_null);
  EXPECT_FALSE(is_new_with(ValueRef()));
  EXPECT_TRUE(*bound.is_null);
  EXPECT_TRUE(is_new_with(ValueRef(std::int64_t{1})));
  EXPECT_FALSE(*bound.is_null);
  parameters.told();
  parameters.forget();
  EXPECT_TRUE(is_new_with(ValueRef(std::int64_t{1})));
}

TEST(MySqlSettings, HostsPortsAndSockets) {
  DatabaseConfig config{.database = "d"};
  config.host = "a,b:3307,::1,/run/my.sock";
  config.port = 4000;
  const Settings settings = settings_from(config, std::make_shared<MySqlServer>());
  ASSERT_EQ(settings.addresses.size(), 4U);
  EXPECT_EQ(settings.addresses[0].host, "a");
  EXPECT_EQ(settings.addresses[0].port, 4000);
  EXPECT_EQ(settings.addresses[1].host, "b");
  EXPECT_EQ(settings.addresses[1].port, 3307);
  EXPECT_EQ(settings.addresses[2].host, "::1");
  EXPECT_EQ(settings.addresses[3].socket, "/run/my.sock");
}

TEST(MySqlSettings, RefusesWhatItDoesNotKnow) {
  const auto with = [](const std::string& name, const std::string& value) {
    DatabaseConfig config{.database = "d"};
    config.options[name] = value;
    return settings_from(config, std::make_shared<MySqlServer>());
  };
  EXPECT_EQ(with("sslmode", "verify-full").tls, TlsMode::VerifyHost);
  EXPECT_THROW(static_cast<void>(with("sslmode", "maybe")), UsageError);
  EXPECT_THROW(static_cast<void>(with("autocommit", "0")), UsageError);
  EXPECT_THROW(static_cast<void>(with("host", "a:b")), UsageError);
}

TEST(MySqlServers, TellWhichTheyAre) {
  MySqlServer server;
  server.learn("8.4.2");
  EXPECT_EQ(server.flavour(), MySqlFlavour::MySql);
  server.learn("5.5.5-10.6.12-MariaDB-log");
  EXPECT_EQ(server.flavour(), MySqlFlavour::MariaDb);
}

}  // namespace
}  // namespace dalia::internal::mysql
