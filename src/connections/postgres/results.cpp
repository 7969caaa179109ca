#include "connections/postgres/results.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "connections/postgres/error_map.hpp"
#include "connections/postgres/types.hpp"
#include "connections/postgres/wire.hpp"
#include "dalia/core/json.hpp"

namespace dalia::internal::postgres {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t day_microseconds = 86'400'000'000;
// Years 1 to 9999, from the epoch of Unix.
constexpr std::int64_t first_day = -719'162;
constexpr std::int64_t last_day = 2'932'896;

[[noreturn]] void throw_damaged(const char* what) {
  throw UsageError(std::string("the server's answer holds a damaged ") + what, facts_of(std::string()));
}

std::string_view checked(std::string_view bytes, std::size_t size) {
  if (bytes.size() != size) {
    throw_damaged("value");
  }
  return bytes;
}

/// A date outside the years 1 to 9999, as the server prints it: the era comes last, after a time of day.
struct FarDate {
  std::string text;
  std::string_view era;
};

FarDate far_date(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  const int year = static_cast<int>(date.year());
  return FarDate{fmt::format("{:04}-{:02}-{:02}", year > 0 ? year : 1 - year, static_cast<unsigned>(date.month()),
                             static_cast<unsigned>(date.day())),
                 year > 0 ? "" : " BC"};
}

std::string far_date_text(std::int64_t days) {
  const FarDate date = far_date(days);
  return date.text + std::string(date.era);
}

std::string clock_text(std::int64_t since_midnight) {
  const std::int64_t seconds = since_midnight / 1'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{:06}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     since_midnight % 1'000'000);
}

std::string far_instant_text(std::int64_t since_epoch) {
  std::int64_t days = since_epoch / day_microseconds;
  std::int64_t rest = since_epoch % day_microseconds;
  if (rest < 0) {
    rest += day_microseconds;
    --days;
  }
  const FarDate date = far_date(days);
  return fmt::format("{}T{}Z{}", date.text, clock_text(rest), date.era);
}

std::string zone_text(std::int32_t seconds_west) {
  const int east = -seconds_west;
  std::string text =
      fmt::format("{}{:02}:{:02}", east < 0 ? '-' : '+', std::abs(east) / 3600, std::abs(east) / 60 % 60);
  if (std::abs(east) % 60 != 0) {
    text += fmt::format(":{:02}", std::abs(east) % 60);
  }
  return text;
}

/// "12:00:00.5" with six digits behind the point.
std::string padded_clock(std::string_view clock) {
  const std::size_t point = std::min(clock.find('.'), clock.size());
  std::string fraction(clock.substr(std::min(point + 1, clock.size())));
  fraction.resize(6, '0');
  return fmt::format("{}.{}", clock.substr(0, point), fraction);
}

/// The server's "12000-01-01 00:00:00.5+00 BC" in the form of far_instant_text().
std::string far_instant_text(std::string_view printed) {
  const std::string_view era = printed.ends_with(" BC") ? " BC" : "";
  printed.remove_suffix(era.size());
  if (printed.ends_with("+00")) {
    printed.remove_suffix(3);
  }
  const std::size_t blank = printed.find(' ');
  if (blank == std::string_view::npos) {
    return std::string(printed);  // infinity
  }
  return fmt::format("{}T{}Z{}", printed.substr(0, blank), padded_clock(printed.substr(blank + 1)), era);
}

/// The server's "12:00:00.5+02" in the form of the binary one.
std::string zoned_time_text(std::string_view printed) {
  const std::size_t sign = std::min(printed.find_first_of("+-"), printed.size());
  const std::string_view zone = printed.substr(sign);
  return fmt::format("{}{}{}", padded_clock(printed.substr(0, sign)), zone, zone.size() == 3 ? ":00" : "");
}

/// The shortest form of a decimal.
std::string shortest(std::string_view digits) {
  std::string text(digits);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
      text.pop_back();
    }
  }
  return text == "-0" ? "0" : text;
}

std::string json_item(std::string_view item, Codec codec) {
  if (codec == Codec::BoolArray) {
    return item == "t" ? "true" : "false";
  }
  if (codec == Codec::JsonArray) {
    return canonical_json(item);
  }
  const bool is_number = codec == Codec::NumberArray && item.back() >= '0' && item.back() <= '9';  // not NaN
  if (!is_number) {
    return nlohmann::json(item).dump();
  }
  return item.find('e') == std::string_view::npos ? shortest(item) : std::string(item);
}

/// Reads an array literal (PostgreSQL manual, 8.15.6) and writes JSON.
class ArrayReader {
 public:
  ArrayReader(std::string_view literal, Codec codec) : rest_(literal), codec_(codec) {}

  std::string read() {
    // Bounds other than 1 come first: [0:2]={1,2,3}
    if (rest_.starts_with('[')) {
      rest_.remove_prefix(std::min(rest_.find('=') + 1, rest_.size()));
    }
    read_list();
    return std::move(json_);
  }

 private:
  char take() {
    if (rest_.empty()) {
      throw_damaged("array");
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void read_list() {
    if (take() != '{') {
      throw_damaged("array");
    }
    json_ += '[';
    bool is_first = true;
    while (!rest_.starts_with('}')) {
      json_ += is_first ? "" : ",";
      is_first = false;
      read_item();
      if (rest_.starts_with(',')) {
        take();
      } else if (!rest_.starts_with('}')) {
        throw_damaged("array");
      }
    }
    take();
    json_ += ']';
  }
  void read_item() {
    if (rest_.starts_with('{')) {
      read_list();
    } else if (rest_.starts_with('"')) {
      json_ += json_item(read_quoted(), codec_);
    } else {
      const std::string_view item = rest_.substr(0, rest_.find_first_of(",}"));
      rest_.remove_prefix(item.size());
      if (item.empty()) {
        throw_damaged("array");
      }
      json_ += item == "NULL" ? "null" : json_item(item, codec_);
    }
  }
  std::string read_quoted() {
    std::string text;
    take();
    for (char c = take(); c != '"'; c = take()) {
      text += c == '\\' ? take() : c;
    }
    return text;
  }

  std::string_view rest_;
  Codec codec_;
  std::string json_;
};

}  // namespace

std::optional<Codec> codec_of(Oid type) noexcept {
  switch (type) {
    case type::boolean:
      return Codec::Bool;
    case type::int2:
      return Codec::Int2;
    case type::int4:
      return Codec::Int4;
    case type::int8:
      return Codec::Int8;
    case type::oid:
      return Codec::Oid;
    case type::float4:
      return Codec::Float4;
    case type::float8:
      return Codec::Float8;
    case type::numeric:
      return Codec::Numeric;
    case type::text:
    case type::varchar:
    case type::bpchar:
    case type::name:
    case type::single_char:
    case type::unknown:
    case type::xml:
      return Codec::Text;
    case type::bytea:
      return Codec::Bytes;
    case type::date:
      return Codec::Date;
    case type::time:
      return Codec::Time;
    case type::timetz:
      return Codec::TimeWithZone;
    case type::timestamp:
    case type::timestamptz:
      return Codec::Timestamp;
    case type::interval:
      return Codec::Interval;
    case type::uuid:
      return Codec::Uuid;
    case type::json:
      return Codec::Json;
    case type::jsonb:
      return Codec::Jsonb;
    case type::void_type:
      return Codec::Void;
    case type::bool_array:
      return Codec::BoolArray;
    case type::int2_array:
    case type::int4_array:
    case type::int8_array:
    case type::float4_array:
    case type::float8_array:
    case type::numeric_array:
      return Codec::NumberArray;
    case type::json_array:
    case type::jsonb_array:
      return Codec::JsonArray;
    case type::bytea_array:
    case type::bpchar_array:
    case type::varchar_array:
    case type::text_array:
    case type::timestamp_array:
    case type::timestamptz_array:
    case type::date_array:
    case type::time_array:
    case type::uuid_array:
      return Codec::TextArray;
    default:
      return std::nullopt;
  }
}

std::string numeric_text(std::string_view bytes) {
  if (bytes.size() < 8) {
    throw_damaged("numeric");
  }
  const auto count = read_wire<std::uint16_t>(bytes.data());
  const auto weight = read_wire<std::int16_t>(bytes.data() + 2);
  const auto sign = read_wire<std::uint16_t>(bytes.data() + 4);
  if (bytes.size() != 8 + std::size_t{count} * 2) {
    throw_damaged("numeric");
  }
  switch (sign) {
    case 0xC000:
      return "NaN";
    case 0xD000:
      return "Infinity";
    case 0xF000:
      return "-Infinity";
    default:
      break;
  }
  const auto group = [&](int i) -> unsigned {
    return i < 0 || i >= count ? 0U : read_wire<std::uint16_t>(bytes.data() + 8 + static_cast<std::size_t>(i) * 2);
  };
  std::string text = sign == 0x4000 ? "-" : "";
  if (weight < 0) {
    text += '0';
  }
  for (int i = 0; i <= weight; ++i) {
    text += i == 0 ? fmt::format("{}", group(i)) : fmt::format("{:04}", group(i));
  }
  if (count > weight + 1) {
    text += '.';
    for (int i = weight + 1; i < count; ++i) {
      text += fmt::format("{:04}", group(i));
    }
  }
  return shortest(text);
}

std::string interval_text(std::int64_t microseconds, std::int32_t days, std::int32_t months) {
  std::string text = "P";
  const auto add = [&](std::int64_t amount, char unit) {
    if (amount != 0) {
      text += fmt::format("{}{}", amount, unit);
    }
  };
  add(months / 12, 'Y');
  add(months % 12, 'M');
  add(days, 'D');
  if (microseconds != 0) {
    text += 'T';
    add(microseconds / 3'600'000'000, 'H');
    add(microseconds / 60'000'000 % 60, 'M');
    const std::int64_t seconds = microseconds % 60'000'000;
    if (seconds % 1'000'000 == 0) {
      add(seconds / 1'000'000, 'S');
    } else {
      text += shortest(fmt::format("{}{}.{:06}", seconds < 0 ? "-" : "", std::abs(seconds) / 1'000'000,
                                   std::abs(seconds) % 1'000'000));
      text += 'S';
    }
  }
  return text == "P" ? "PT0S" : text;
}

std::string array_json(std::string_view literal, Codec codec) {
  return ArrayReader(literal, codec).read();
}

void ResultColumns::set(std::vector<Codec> codecs) {
  codecs_ = std::move(codecs);
  texts_.assign(codecs_.size(), std::string());
  is_binary_ = std::none_of(codecs_.begin(), codecs_.end(), [](Codec codec) { return codec >= Codec::BoolArray; });
}

void ResultColumns::read(const PGresult* result, int row, std::span<ValueRef> cells) {
  for (std::size_t column = 0; column < codecs_.size(); ++column) {
    const int index = static_cast<int>(column);
    const char* bytes = PQgetvalue(result, row, index);
    const auto size = static_cast<std::size_t>(PQgetlength(result, row, index));
    if (size == 0 && PQgetisnull(result, row, index) != 0) {
      cells[column] = ValueRef();
    } else {
      const std::string_view cell(bytes, size);
      cells[column] = is_binary_ ? read_binary(column, cell) : read_text(column, cell);
    }
  }
}

ValueRef ResultColumns::keep(std::size_t column, Kind kind, std::string text) {
  texts_[column] = std::move(text);
  return ValueRef(kind, texts_[column]);
}

ValueRef ResultColumns::keep_json(std::size_t column, std::string_view json) {
  write_canonical_json(json, texts_[column]);
  return ValueRef(Kind::Json, texts_[column]);
}

ValueRef ResultColumns::read_binary(std::size_t column, std::string_view bytes) {
  switch (codecs_[column]) {
    case Codec::Bool:
      return ValueRef(checked(bytes, 1)[0] != 0);
    case Codec::Int2:
      return ValueRef(std::int64_t{read_wire<std::int16_t>(checked(bytes, 2).data())});
    case Codec::Int4:
      return ValueRef(std::int64_t{read_wire<std::int32_t>(checked(bytes, 4).data())});
    case Codec::Int8:
      return ValueRef(read_wire<std::int64_t>(checked(bytes, 8).data()));
    case Codec::Oid:
      return ValueRef(std::int64_t{read_wire<std::uint32_t>(checked(bytes, 4).data())});
    case Codec::Float4:
      return ValueRef(double{std::bit_cast<float>(read_wire<std::uint32_t>(checked(bytes, 4).data()))});
    case Codec::Float8:
      return ValueRef(std::bit_cast<double>(read_wire<std::uint64_t>(checked(bytes, 8).data())));
    case Codec::Numeric: {
      std::string text = numeric_text(bytes);
      const bool is_number = text.back() >= '0' && text.back() <= '9';
      return is_number ? keep(column, Kind::Decimal, std::move(text)) : ValueRef(std::strtod(text.c_str(), nullptr));
    }
    case Codec::Bytes:
      return ValueRef(Kind::Bytes, bytes);
    case Codec::Date: {
      const std::int64_t days = std::int64_t{read_wire<std::int32_t>(checked(bytes, 4).data())} + type::epoch_days;
      if (days >= first_day && days <= last_day) {
        return ValueRef::of_integer(Kind::Date, days);
      }
      const bool is_infinite = std::abs(days) > 2'147'000'000;
      return keep(column, Kind::Text, is_infinite ? (days < 0 ? "-infinity" : "infinity") : far_date_text(days));
    }
    case Codec::Time: {
      const auto since_midnight = read_wire<std::int64_t>(checked(bytes, 8).data());
      return since_midnight < day_microseconds ? ValueRef::of_integer(Kind::Time, since_midnight)
                                               : keep(column, Kind::Text, clock_text(since_midnight));
    }
    case Codec::TimeWithZone: {
      const char* data = checked(bytes, 12).data();
      return keep(column, Kind::Text,
                  clock_text(read_wire<std::int64_t>(data)) + zone_text(read_wire<std::int32_t>(data + 8)));
    }
    case Codec::Timestamp: {
      const auto since_2000 = read_wire<std::int64_t>(checked(bytes, 8).data());
      if (since_2000 == INT64_MAX || since_2000 == INT64_MIN) {
        return keep(column, Kind::Text, since_2000 > 0 ? "infinity" : "-infinity");
      }
      const std::int64_t since_epoch = since_2000 + type::epoch_microseconds;
      const bool is_near =
          since_epoch >= first_day * day_microseconds && since_epoch < (last_day + 1) * day_microseconds;
      return is_near ? ValueRef::of_integer(Kind::Instant, since_epoch)
                     : keep(column, Kind::Text, far_instant_text(since_epoch));
    }
    case Codec::Interval: {
      const char* data = checked(bytes, 16).data();
      return keep(column, Kind::Text,
                  interval_text(read_wire<std::int64_t>(data), read_wire<std::int32_t>(data + 8),
                                read_wire<std::int32_t>(data + 12)));
    }
    case Codec::Uuid:
      return ValueRef(Kind::Uuid, checked(bytes, 16));
    case Codec::Json:
      return ValueRef(Kind::Json, bytes);
    case Codec::Jsonb:
      if (!bytes.starts_with('\1')) {
        throw_damaged("jsonb");  // or one of a newer version of the format
      }
      return keep_json(column, bytes.substr(1));
    case Codec::Void:
      return ValueRef();
    case Codec::Text:
    case Codec::BoolArray:
    case Codec::NumberArray:
    case Codec::JsonArray:
    case Codec::TextArray:
    case Codec::TextOnly:
      break;
  }
  return ValueRef(bytes);
}

ValueRef ResultColumns::read_text(std::size_t column, std::string_view text) {
  const auto integer = [&] {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return ValueRef(value);
  };
  switch (codecs_[column]) {
    case Codec::Bool:
      return ValueRef(text == "t");
    case Codec::Int2:
    case Codec::Int4:
    case Codec::Int8:
    case Codec::Oid:
      return integer();
    case Codec::Float4:
    case Codec::Float8:
      return ValueRef(std::strtod(std::string(text).c_str(), nullptr));
    case Codec::Numeric: {
      const bool is_number = text.back() >= '0' && text.back() <= '9';
      return is_number ? keep(column, Kind::Decimal, shortest(text))
                       : ValueRef(std::strtod(std::string(text).c_str(), nullptr));
    }
    case Codec::Bytes: {
      std::string bytes;
      for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
        unsigned byte = 0;
        std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
        bytes += static_cast<char>(byte);
      }
      return keep(column, Kind::Bytes, std::move(bytes));
    }
    case Codec::Date:
      if (const auto date = date_from(text)) {
        return ValueRef(*date);
      }
      return ValueRef(text);
    case Codec::Time:
      if (const auto time = time_from(text)) {
        return ValueRef(*time);
      }
      return keep(column, Kind::Text, padded_clock(text));  // 24:00:00
    case Codec::TimeWithZone:
      return keep(column, Kind::Text, zoned_time_text(text));
    case Codec::Timestamp:
      if (const auto instant = instant_from(text)) {
        return ValueRef(*instant);
      }
      return keep(column, Kind::Text, far_instant_text(text));
    case Codec::Uuid: {
      const auto uuid = Uuid::parse(text);
      if (!uuid) {
        throw_damaged("uuid");
      }
      return keep(column, Kind::Uuid,
                  std::string(reinterpret_cast<const char*>(uuid->bytes.data()), uuid->bytes.size()));
    }
    case Codec::Json:
      return ValueRef(Kind::Json, text);
    case Codec::Jsonb:
      return keep_json(column, text);
    case Codec::BoolArray:
    case Codec::NumberArray:
    case Codec::JsonArray:
    case Codec::TextArray:
      return keep(column, Kind::Json, array_json(text, codecs_[column]));
    case Codec::Void:
      return ValueRef();
    case Codec::Text:
    case Codec::Interval:
    case Codec::TextOnly:
      break;
  }
  return ValueRef(text);
}

}  // namespace dalia::internal::postgres
