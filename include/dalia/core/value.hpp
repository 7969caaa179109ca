/// Value owns one database value of any kind; ValueRef is the view of one.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "dalia/core/export.hpp"
#include "dalia/core/kinds.hpp"

namespace dalia {

class Field;
class ValueRef;

namespace internal {
[[noreturn]] DALIA_EXPORT void throw_kind_mismatch(Kind held, std::string_view wanted);
[[noreturn]] DALIA_EXPORT void throw_out_of_range(std::string_view wanted);

DALIA_EXPORT bool decode_bool(const ValueRef& value);
DALIA_EXPORT std::int64_t decode_int64(const ValueRef& value);
DALIA_EXPORT std::uint64_t decode_uint64(const ValueRef& value);
DALIA_EXPORT double decode_double(const ValueRef& value);
DALIA_EXPORT void decode_text(const ValueRef& value, std::string& out);
DALIA_EXPORT std::string_view decode_view(const ValueRef& value);
DALIA_EXPORT Bytes decode_bytes(const ValueRef& value);
DALIA_EXPORT Date decode_date(const ValueRef& value);
DALIA_EXPORT TimeOfDay decode_time(const ValueRef& value);
DALIA_EXPORT Instant decode_instant(const ValueRef& value);
DALIA_EXPORT Uuid decode_uuid(const ValueRef& value);
DALIA_EXPORT Decimal decode_decimal(const ValueRef& value);
// By reference: json may be an incomplete type here, which clang 14 refuses to return.
DALIA_EXPORT void decode_json(const ValueRef& value, nlohmann::json& out);

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace internal

/// A view of a value: 16 bytes, copied freely. It must not outlive what it views: a Value, a ResultSet, or for the row
/// of a stream the next step of that stream.
class DALIA_EXPORT ValueRef {
 public:
  constexpr ValueRef() noexcept : integer_(0) {}
  explicit constexpr ValueRef(bool value) noexcept : integer_(value ? 1 : 0), kind_(Kind::Bool) {}
  explicit constexpr ValueRef(std::int64_t value) noexcept : integer_(value), kind_(Kind::Int64) {}
  explicit constexpr ValueRef(double value) noexcept : double_(value), kind_(Kind::Double) {}
  explicit ValueRef(Instant value) noexcept : integer_(value.time_since_epoch().count()), kind_(Kind::Instant) {}
  explicit ValueRef(Date value) noexcept
      : integer_(std::chrono::sys_days(value).time_since_epoch().count()), kind_(Kind::Date) {}
  explicit ValueRef(TimeOfDay value) noexcept : integer_(value.since_midnight.count()), kind_(Kind::Time) {}
  explicit ValueRef(std::string_view text) noexcept : ValueRef(Kind::Text, text) {}
  // A literal would choose bool.
  explicit ValueRef(const char* text) noexcept : ValueRef(std::string_view(text)) {}
  /// For Decimal, Text, Bytes, Uuid (16 bytes) and Json. No engine takes 4 GiB: what is longer is cut to a length that
  /// every engine refuses.
  ValueRef(Kind kind, std::string_view bytes) noexcept
      : pointer_(bytes.data()),
        size_(bytes.size() <= UINT32_MAX ? static_cast<std::uint32_t>(bytes.size()) : UINT32_MAX),
        kind_(kind) {}
  /// For Date (days), Time, Instant (microseconds) and Int64.
  static constexpr ValueRef of_integer(Kind kind, std::int64_t value) noexcept {
    ValueRef ref(value);
    ref.kind_ = kind;
    return ref;
  }

  [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
  [[nodiscard]] constexpr bool is_null() const noexcept { return kind_ == Kind::Null; }

  /// Converts where nothing is lost: numbers that fit, canonical text to its kind, everything to std::string.
  /// std::optional<T> takes null. @throws UsageError naming both kinds.
  template <class T>
  [[nodiscard]] T get() const;

  /// The raw payload. Only for the kinds that have it; unchecked.
  [[nodiscard]] constexpr std::int64_t raw_integer() const noexcept { return integer_; }
  [[nodiscard]] constexpr double raw_double() const noexcept { return double_; }
  [[nodiscard]] constexpr std::string_view raw_bytes() const noexcept { return std::string_view(pointer_, size_); }

  /// Canonical text; empty for null.
  [[nodiscard]] std::string to_text() const;

  /// Same kind and same content; NaN equals NaN.
  friend DALIA_EXPORT bool operator==(const ValueRef& left, const ValueRef& right) noexcept;

 private:
  union {
    std::int64_t integer_;
    double double_;
    const char* pointer_;
  };
  std::uint32_t size_ = 0;
  Kind kind_ = Kind::Null;
};

/// Owns one value in 32 bytes; texts up to 30 bytes need no allocation. A plain value type: copy, move, compare.
/// Not thread-safe to modify.
class DALIA_EXPORT Value {
 public:
  Value() noexcept = default;
  Value(std::nullptr_t) noexcept {}
  Value(std::nullopt_t) noexcept {}
  Value(bool value) noexcept : kind_(Kind::Bool) { store(static_cast<std::int64_t>(value)); }
  /// An unsigned value beyond int64 becomes a decimal.
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value(T value) : kind_(Kind::Int64) {
    if constexpr (std::is_unsigned_v<T> && sizeof(T) == 8) {
      if (value > static_cast<T>(INT64_MAX)) {
        assign_decimal(value);
        return;
      }
    }
    store(static_cast<std::int64_t>(value));
  }
  /// A pointer would choose bool.
  template <class T>
  requires(!std::same_as<std::remove_cv_t<T>, char>) Value(T* pointer)
  = delete;
  Value(double value) noexcept : kind_(Kind::Double) { std::memcpy(storage_, &value, sizeof value); }
  Value(float value) noexcept : Value(static_cast<double>(value)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(std::string_view text) : kind_(Kind::Text) { store(text); }
  Value(const Bytes& bytes) : Value(std::span<const std::byte>(bytes)) {}
  Value(std::span<const std::byte> bytes);
  Value(const Decimal& decimal) : kind_(Kind::Decimal) { store(std::string_view(decimal.text())); }
  Value(const Uuid& uuid);
  /// @throws UsageError for a date that does not exist or lies outside the years 1 to 9999.
  Value(Date date);
  Value(TimeOfDay time);
  Value(Instant instant);
  template <class Duration>
  requires(!std::same_as<Duration, std::chrono::microseconds> && !std::same_as<Duration, std::chrono::days>)
      Value(std::chrono::sys_time<Duration> instant)
      : Value(std::chrono::floor<std::chrono::microseconds>(instant)) {}
  /// An object, an array, or a scalar as its own kind. @throws UsageError for what no engine can hold (NUL in a text).
  Value(const nlohmann::json& json);
  /// A JSON object: {{"theme", "dark"}, {"size", 12}}.
  Value(std::initializer_list<Field> object);
  template <class T>
  Value(const std::optional<T>& value) : Value() {
    if (value) {
      *this = Value(*value);
    }
  }
  explicit Value(const ValueRef& ref);

  Value(const Value& other);
  Value(Value&& other) noexcept { take(other); }
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept {
    if (this != &other) {
      release();
      take(other);
    }
    return *this;
  }
  ~Value() { release(); }

  /// JSON text of an object or array, checked and brought to canonical form (sorted keys, no blanks).
  [[nodiscard]] static Value json(std::string_view text);
  /// @throws UsageError.
  [[nodiscard]] static Value decimal(std::string_view text) { return Value(Decimal(text)); }
  /// A JSON array of the arguments.
  template <class... T>
  [[nodiscard]] static Value array(T&&... items) {
    const Value values[] = {Value(std::forward<T>(items))..., Value()};
    return array_of(std::span<const Value>(values, sizeof...(items)));
  }
  [[nodiscard]] static Value array_of(std::span<const Value> items);
  /// What a serializer gave for a value of an application's type, marked with the name of that serializer.
  /// @param type_name  letters, digits, '_', ':' and '.'.   @param stored  text, JSON, bytes or a decimal.
  /// @throws UsageError for another name or kind.
  [[nodiscard]] static Value serialized(std::string_view type_name, const Value& stored);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::Null; }
  /// The serializer's name of a serialized value, else empty. It does not count for ==.
  [[nodiscard]] std::string_view type_name() const noexcept {
    const std::string* name = length_ == on_heap ? heap().type_name : nullptr;
    return name == nullptr ? std::string_view() : std::string_view(*name);
  }
  /// Valid until this value changes.
  [[nodiscard]] ValueRef ref() const noexcept;
  operator ValueRef() const noexcept { return ref(); }

  /// As ValueRef::get.
  template <class T>
  [[nodiscard]] T get() const {
    return ref().template get<T>();
  }
  /// The text, decimal or JSON text without a copy; valid until this value changes. @throws UsageError for other kinds.
  [[nodiscard]] std::string_view as_text() const { return internal::decode_view(ref()); }
  [[nodiscard]] std::string to_text() const { return ref().to_text(); }

  friend bool operator==(const Value& left, const Value& right) noexcept { return left.ref() == right.ref(); }

 private:
  static constexpr std::size_t inline_capacity = 30;
  static constexpr std::uint8_t on_heap = 255;
  struct HeapText {
    char* text;
    std::size_t size;
    const std::string* type_name;  ///< of a serialized value; lives as long as the program
  };

  void store(std::int64_t integer) noexcept { std::memcpy(storage_, &integer, sizeof integer); }
  void store(std::string_view bytes) {
    if (bytes.size() <= inline_capacity) {
      // Also reached with a null pointer and size 0.
      if (!bytes.empty()) {
        std::memcpy(storage_, bytes.data(), bytes.size());
      }
      length_ = static_cast<std::uint8_t>(bytes.size());
    } else {
      store_on_heap(bytes);
    }
  }
  void store_on_heap(std::string_view bytes, const std::string* type_name = nullptr);
  void assign_decimal(std::uint64_t value);
  void take(Value& other) noexcept {
    std::memcpy(storage_, other.storage_, sizeof storage_);
    length_ = other.length_;
    kind_ = other.kind_;
    other.length_ = 0;
    other.kind_ = Kind::Null;
  }
  void release() noexcept {
    if (length_ == on_heap) {
      release_heap();
    }
  }
  void release_heap() noexcept;
  [[nodiscard]] HeapText heap() const noexcept {
    HeapText text;
    std::memcpy(&text, storage_, sizeof text);
    return text;
  }

  alignas(8) unsigned char storage_[inline_capacity] = {};
  std::uint8_t length_ = 0;  ///< of an inline text; on_heap where storage_ holds a HeapText
  Kind kind_ = Kind::Null;
};
static_assert(sizeof(Value) == 32);
static_assert(sizeof(ValueRef) == 16);

inline ValueRef Value::ref() const noexcept {
  switch (kind_) {
    case Kind::Null:
      return ValueRef();
    case Kind::Double: {
      double value = 0;
      std::memcpy(&value, storage_, sizeof value);
      return ValueRef(value);
    }
    case Kind::Bool:
    case Kind::Int64:
    case Kind::Date:
    case Kind::Time:
    case Kind::Instant: {
      std::int64_t value = 0;
      std::memcpy(&value, storage_, sizeof value);
      return ValueRef::of_integer(kind_, value);
    }
    default:
      if (length_ == on_heap) {
        const HeapText text = heap();
        return ValueRef(kind_, std::string_view(text.text, text.size));
      }
      return ValueRef(kind_, std::string_view(reinterpret_cast<const char*>(storage_), length_));
  }
}

template <class T>
T ValueRef::get() const {
  if constexpr (internal::is_optional<T>) {
    return is_null() ? T() : T(get<typename T::value_type>());
  } else if constexpr (std::same_as<T, Value>) {
    return Value(*this);
  } else if constexpr (std::same_as<T, ValueRef>) {
    return *this;
  } else if constexpr (std::same_as<T, bool>) {
    return internal::decode_bool(*this);
  } else if constexpr (std::same_as<T, std::uint64_t>) {
    return internal::decode_uint64(*this);
  } else if constexpr (std::integral<T>) {
    const std::int64_t value = kind_ == Kind::Int64 ? integer_ : internal::decode_int64(*this);
    if (!std::in_range<T>(value)) {
      internal::throw_out_of_range("the integer type asked for");
    }
    return static_cast<T>(value);
  } else if constexpr (std::floating_point<T>) {
    return static_cast<T>(kind_ == Kind::Double ? double_ : internal::decode_double(*this));
  } else if constexpr (std::same_as<T, std::string>) {
    std::string text;
    internal::decode_text(*this, text);
    return text;
  } else if constexpr (std::same_as<T, std::string_view>) {
    return internal::decode_view(*this);
  } else if constexpr (std::same_as<T, Bytes>) {
    return internal::decode_bytes(*this);
  } else if constexpr (std::same_as<T, Date>) {
    return internal::decode_date(*this);
  } else if constexpr (std::same_as<T, TimeOfDay>) {
    return internal::decode_time(*this);
  } else if constexpr (std::same_as<T, Instant>) {
    return internal::decode_instant(*this);
  } else if constexpr (std::same_as<T, Uuid>) {
    return internal::decode_uuid(*this);
  } else if constexpr (std::same_as<T, Decimal>) {
    return internal::decode_decimal(*this);
  } else if constexpr (std::same_as<T, nlohmann::json>) {
    T json;
    internal::decode_json(*this, json);
    return json;
  } else {
    static_assert(!sizeof(T), "ValueRef::get: no conversion to this type");
  }
}

}  // namespace dalia
