#include "dalia/core/value.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <set>

#include "core/calendar.hpp"
#include "dalia/core/error.hpp"

namespace dalia {
namespace {

/// Serializers are few and named by the program, so their names stay.
const std::string* interned(std::string_view name) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> names;  // guarded by mutex
  const std::lock_guard lock(mutex);
  const auto found = names.find(name);
  return &*(found == names.end() ? names.emplace(name).first : found);
}

}  // namespace

bool operator==(const ValueRef& left, const ValueRef& right) noexcept {
  if (left.kind() != right.kind()) {
    return false;
  }
  switch (left.kind()) {
    case Kind::Null:
      return true;
    case Kind::Double:
      return left.raw_double() == right.raw_double() ||
             (left.raw_double() != left.raw_double() && right.raw_double() != right.raw_double());
    case Kind::Bool:
    case Kind::Int64:
    case Kind::Date:
    case Kind::Time:
    case Kind::Instant:
      return left.raw_integer() == right.raw_integer();
    default:
      return left.raw_bytes() == right.raw_bytes();
  }
}

Value::Value(std::span<const std::byte> bytes) : kind_(Kind::Bytes) {
  store(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Value::Value(const Uuid& uuid) : kind_(Kind::Uuid) {
  store(std::string_view(reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()));
}

Value::Value(Date date) : kind_(Kind::Date) {
  if (!internal::is_in_range(date)) {
    throw UsageError("the date does not exist or lies outside the years 1 to 9999");
  }
  store(std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()});
}

Value::Value(TimeOfDay time) : kind_(Kind::Time) {
  if (!internal::is_in_range(time)) {
    throw UsageError("the time does not lie between 00:00 and 24:00");
  }
  store(std::int64_t{time.since_midnight.count()});
}

Value::Value(Instant instant) : kind_(Kind::Instant) {
  if (!internal::is_in_range(instant)) {
    throw UsageError("the instant lies outside the years 1 to 9999");
  }
  store(std::int64_t{instant.time_since_epoch().count()});
}

Value::Value(const ValueRef& ref) : kind_(ref.kind()) {
  switch (kind_) {
    case Kind::Null:
      break;
    case Kind::Double: {
      const double value = ref.raw_double();
      std::memcpy(storage_, &value, sizeof value);
      break;
    }
    case Kind::Bool:
    case Kind::Int64:
    case Kind::Date:
    case Kind::Time:
    case Kind::Instant:
      store(ref.raw_integer());
      break;
    default:
      store(ref.raw_bytes());
  }
}

Value::Value(const Value& other) : kind_(other.kind_) {
  if (other.length_ == on_heap) {
    const HeapText text = other.heap();
    store_on_heap(std::string_view(text.text, text.size), text.type_name);
  } else {
    std::memcpy(storage_, other.storage_, sizeof storage_);
    length_ = other.length_;
  }
}

Value& Value::operator=(const Value& other) {
  if (this != &other) {
    *this = Value(other);
  }
  return *this;
}

Value Value::serialized(std::string_view type_name, const Value& stored) {
  const bool is_plain = std::all_of(type_name.begin(), type_name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' ||
           c == '.';
  });
  if (type_name.empty() || !is_plain || kind_from(type_name)) {
    throw UsageError("a serializer's name is letters, digits, '_', ':' and '.', and not the name of a kind");
  }
  if (stored.kind_ != Kind::Text && stored.kind_ != Kind::Json && stored.kind_ != Kind::Bytes &&
      stored.kind_ != Kind::Decimal) {
    throw UsageError("a serializer gives text, JSON, bytes or a decimal");
  }
  Value value;
  value.store_on_heap(stored.ref().raw_bytes(), interned(type_name));
  value.kind_ = stored.kind_;
  return value;
}

void Value::store_on_heap(std::string_view bytes, const std::string* type_name) {
  // ValueRef counts in 32 bits, and no engine holds more in one cell.
  if (bytes.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw UsageError("a value holds less than 4 GiB");
  }
  auto copy = std::make_unique_for_overwrite<char[]>(bytes.size());
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  const HeapText text{copy.release(), bytes.size(), type_name};
  std::memcpy(storage_, &text, sizeof text);
  length_ = on_heap;
}

void Value::release_heap() noexcept {
  const std::unique_ptr<char[]> text(heap().text);
  length_ = 0;
}

void Value::assign_decimal(std::uint64_t value) {
  kind_ = Kind::Decimal;
  store(std::string_view(std::to_string(value)));
}

}  // namespace dalia
