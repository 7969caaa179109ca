/// The types of PostgreSQL by their object ids (server's catalog/pg_type.dat), as far as dalia reads and writes them
/// itself.
#pragma once

#include <chrono>
#include <cstdint>

#include <libpq-fe.h>

namespace dalia::internal::postgres::type {

inline constexpr Oid boolean = 16, bytea = 17, single_char = 18, name = 19, int8 = 20, int2 = 21, int4 = 23, text = 25,
                     oid = 26, json = 114, xml = 142, float4 = 700, float8 = 701, unknown = 705, bpchar = 1042,
                     varchar = 1043, date = 1082, time = 1083, timestamp = 1114, timestamptz = 1184, interval = 1186,
                     timetz = 1266, numeric = 1700, uuid = 2950, jsonb = 3802, void_type = 2278;
inline constexpr Oid json_array = 199, bool_array = 1000, bytea_array = 1001, int2_array = 1005, int4_array = 1007,
                     text_array = 1009, bpchar_array = 1014, varchar_array = 1015, int8_array = 1016,
                     float4_array = 1021, float8_array = 1022, timestamp_array = 1115, date_array = 1182,
                     time_array = 1183, timestamptz_array = 1185, numeric_array = 1231, uuid_array = 2951,
                     jsonb_array = 3807;
/// Ids from here on belong to types made in the database: enums, domains, extensions.
inline constexpr Oid first_of_users = 16384;

/// PostgreSQL counts days and microseconds from 2000-01-01.
inline constexpr std::int32_t epoch_days = 10'957;
inline constexpr std::int64_t epoch_microseconds = std::int64_t{epoch_days} * 86'400'000'000;

}  // namespace dalia::internal::postgres::type
