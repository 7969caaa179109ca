#include "support/sample_values.hpp"

#include <cstdint>
#include <limits>

namespace dalia::test {
namespace {

std::string utf8(std::uint32_t code) {
  std::string text;
  const auto byte = [&](std::uint32_t bits) { text += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | code >> 6);
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
  return text;
}

Bytes all_bytes() {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<std::byte>(i));
  }
  return bytes;
}

}  // namespace

std::vector<Value> extreme_values(const Backend& backend) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  using Limits = std::numeric_limits<double>;
  std::vector<Value> values = {
      true,
      false,
      std::int64_t{0},
      std::int64_t{-1},
      INT64_MIN,
      INT64_MAX,
      (std::int64_t{1} << 53) + 1,
      0.0,
      0.1,
      0.1 + 0.2,
      1e15 + 0.5,
      5.0,
      1e22,
      0x1p63,
      Limits::max(),
      Limits::lowest(),
      Limits::min(),
      Limits::denorm_min(),
      Limits::epsilon(),
      UINT64_MAX,
      Value::decimal("0"),
      Value::decimal("1"),
      Value::decimal("-0.000000000000000000000000000001"),
      Value::decimal("-" + std::string(35, '9') + "." + std::string(30, '9')),
      Value::decimal("9223372036854775808"),
      "",
      " ",
      "a",
      "30 characters fit in the value",
      "31 characters need the free sto",
      "5",
      "true",
      "null",
      "2024-01-01",
      "it's \"quoted\" \\ [x] ? ?? :a $1 %s -- /* */ ;",
      "line\nbreak\ttab\r\x01\x1f\x7f",
      Bytes{},
      Bytes{std::byte{0}},
      all_bytes(),
      Date{year(1), month(1), day(1)},
      Date{year(9999), month(12), day(31)},
      Date{year(2024), month(2), day(29)},
      TimeOfDay{},
      TimeOfDay{std::chrono::microseconds(86'399'999'999)},
      *instant_from("0001-01-01T00:00:00Z"),
      *instant_from("9999-12-31T23:59:59.999998Z"),
      *instant_from("1969-12-31T23:59:59.999999Z"),
      Instant(),
      *instant_from("2038-01-19T03:14:08Z"),
      Uuid(),
      *Uuid::parse("ffffffffffffffffffffffffffffffff"),
      Uuid::v7(),
      Value::json("{}"),
      Value::json("[]"),
      Value::json(R"({"a":{"b":[1,-9223372036854775808,18446744073709551615,0.1,true,null,"\u00e9\"\\"]},"":""})"),
  };
  if (backend.has(Ability::LongDecimals)) {
    values.push_back(Value::decimal(std::string(65, '9')));
  }
  for (const std::string& text : unicode_texts()) {
    values.emplace_back(text);
  }
  return values;
}

std::vector<std::string> unicode_texts() {
  std::vector<std::string> texts = {"e\xcc\x81",
                                    "\xc3\xa9",
                                    "\xe2\x80\x8f"
                                    "rtl",
                                    "\xef\xbb\xbf"
                                    "bom",
                                    "\xe2\x80\xa8",
                                    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"};
  std::string planes;
  for (std::uint32_t plane = 0; plane <= 16; ++plane) {
    for (const std::uint32_t code : {0x01U, 0x80U, 0x7ffU, 0x800U, 0xd7ffU, 0xe000U, 0xfffdU}) {
      planes += utf8(plane << 16 | code);
    }
  }
  texts.push_back(planes);
  texts.push_back(utf8(0x10ffff));
  return texts;
}

}  // namespace dalia::test
