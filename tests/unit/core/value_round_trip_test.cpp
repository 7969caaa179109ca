// decode(encode(v)) == v, for random values: through text, through JSON and through a ResultSet.
#include <bit>
#include <random>

#include <gtest/gtest.h>

#include "core/calendar.hpp"
#include "dalia/core/json.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/core/value.hpp"

namespace dalia {
namespace {

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : engine_(seed) {}

  Value any() { return of(static_cast<Kind>(below(12))); }

  Value of(Kind kind) {
    switch (kind) {
      case Kind::Null:
        return Value();
      case Kind::Bool:
        return Value(below(2) == 1);
      case Kind::Int64:
        return Value(static_cast<std::int64_t>(engine_() >> below(64)));
      case Kind::Double:
        return Value(std::bit_cast<double>(engine_()));
      case Kind::Decimal:
        return Value::decimal((below(2) == 1 ? "-" : "") + digits(1 + below(33)) + "." + digits(1 + below(32)));
      case Kind::Text:
        return Value(text());
      case Kind::Bytes: {
        Bytes bytes(below(70));
        for (std::byte& byte : bytes) {
          byte = static_cast<std::byte>(below(256));
        }
        return Value(bytes);
      }
      case Kind::Date:
        return Value(Date(internal::first_day + std::chrono::days(below(3'652'059))));
      case Kind::Time:
        return Value(TimeOfDay{std::chrono::microseconds(below(86'400'000'000))});
      case Kind::Instant:
        return Value(Instant(internal::first_day) + std::chrono::microseconds(below(3'652'059ULL * 86'400'000'000)));
      case Kind::Uuid: {
        Uuid uuid;
        for (std::uint8_t& byte : uuid.bytes) {
          byte = static_cast<std::uint8_t>(below(256));
        }
        return Value(uuid);
      }
      default:
        return Value(std::initializer_list<Field>{Field(text() + "a", of(Kind::Int64)), Field(text() + "b", text()),
                                                  Field("c", Value::array(text(), of(Kind::Bool), Value()))});
    }
  }

 private:
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  std::string digits(std::uint64_t count) {
    std::string all;
    for (std::uint64_t i = 0; i < count; ++i) {
      all += static_cast<char>('0' + below(10));
    }
    return all;
  }
  /// Characters of every plane of Unicode but U+0000 and the surrogates.
  std::string text() {
    std::string all;
    for (std::uint64_t i = below(20); i > 0; --i) {
      const auto code = static_cast<std::uint32_t>(below(3) == 0 ? 1 + below(0x7F) : 1 + below(0x10FFFF));
      if (code < 0x80) {
        all += static_cast<char>(code);
      } else if (code < 0x800) {
        all += {static_cast<char>(0xC0U | code >> 6U), static_cast<char>(0x80U | (code & 0x3FU))};
      } else if (code < 0x10000) {
        if (code < 0xD800 || code > 0xDFFF) {
          all += {static_cast<char>(0xE0U | code >> 12U), static_cast<char>(0x80U | (code >> 6U & 0x3FU)),
                  static_cast<char>(0x80U | (code & 0x3FU))};
        }
      } else {
        all += {static_cast<char>(0xF0U | code >> 18U), static_cast<char>(0x80U | (code >> 12U & 0x3FU)),
                static_cast<char>(0x80U | (code >> 6U & 0x3FU)), static_cast<char>(0x80U | (code & 0x3FU))};
      }
    }
    return all;
  }

  std::mt19937_64 engine_;
};

/// The value read back from its canonical text as its own kind.
Value from_text(Kind kind, const std::string& text) {
  const Value read(text);
  switch (kind) {
    case Kind::Null:
      return Value();
    case Kind::Bool:
      return Value(read.get<bool>());
    case Kind::Int64:
      return Value(read.get<std::int64_t>());
    case Kind::Double:
      return Value(read.get<double>());
    case Kind::Decimal:
      return Value(read.get<Decimal>());
    case Kind::Text:
      return read;
    case Kind::Bytes:
      return Value(read.get<Bytes>());
    case Kind::Date:
      return Value(read.get<Date>());
    case Kind::Time:
      return Value(read.get<TimeOfDay>());
    case Kind::Instant:
      return Value(read.get<Instant>());
    case Kind::Uuid:
      return Value(read.get<Uuid>());
    default:
      return Value::json(text);
  }
}

class ValueRoundTrip : public testing::Test {
 protected:
  ValueRoundTrip() {
    RecordProperty("seed", std::to_string(seed_));
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed_));
  }

  std::uint64_t seed_ = std::random_device{}();
  RandomValues random_{seed_};
};

TEST_F(ValueRoundTrip, ThroughText) {
  for (int i = 0; i < 20'000; ++i) {
    const Value value = random_.any();
    ASSERT_EQ(from_text(value.kind(), value.to_text()), value) << kind_name(value.kind()) << ' ' << value.to_text();
  }
}

TEST_F(ValueRoundTrip, ThroughJson) {
  for (int i = 0; i < 20'000; ++i) {
    const Value value = random_.any();
    const nlohmann::json json = to_json(value);
    const Value back(nlohmann::json::parse(json.dump()));
    const bool has_kind_of_its_own = json.is_structured() || value.kind() == back.kind();
    ASSERT_EQ(has_kind_of_its_own ? back : from_text(value.kind(), back.to_text()), value)
        << kind_name(value.kind()) << ' ' << value.to_text();
  }
}

TEST_F(ValueRoundTrip, ThroughAResultSet) {
  ResultSet rows;
  std::vector<Value> kept;
  for (int round = 0; round < 3; ++round) {
    kept.clear();
    rows.restart(std::make_shared<FieldNames>(std::vector<std::string>{"a", "b", "c"}));
    for (int i = 0; i < 2'000; ++i) {
      // The values die before the rows are read.
      const std::vector<Value> row = {random_.any(), random_.any(), random_.any()};
      const std::vector<ValueRef> cells = {row[0].ref(), row[1].ref(), row[2].ref()};
      rows.add_row(cells);
      kept.insert(kept.end(), row.begin(), row.end());
    }
    std::size_t at = 0;
    for (const Row row : rows) {
      for (std::size_t column = 0; column < 3; ++column, ++at) {
        ASSERT_EQ(Value(row[column]), kept[at]) << kind_name(kept[at].kind());
      }
    }
    ASSERT_EQ(at, kept.size());
  }
}

}  // namespace
}  // namespace dalia
