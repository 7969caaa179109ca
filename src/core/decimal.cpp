#include <algorithm>

#include "dalia/core/error.hpp"
#include "dalia/core/kinds.hpp"

namespace dalia {
namespace {

/// A decimal text taken apart, without zeros that do not count. Views the text.
struct Parts {
  bool negative = false;
  std::string_view whole;     ///< empty for zero
  std::string_view fraction;  ///< without its trailing zeros

  [[nodiscard]] bool is_zero() const noexcept { return whole.empty() && fraction.empty(); }
};

Parts parts_of(std::string_view text) noexcept {
  Parts parts;
  if (text.starts_with('-')) {
    parts.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  parts.whole = text.substr(0, point);
  parts.whole.remove_prefix(std::min(parts.whole.find_first_not_of('0'), parts.whole.size()));
  parts.fraction = text.substr(std::min(point + 1, text.size()));
  parts.fraction = parts.fraction.substr(0, parts.fraction.find_last_not_of('0') + 1);
  parts.negative = parts.negative && !parts.is_zero();
  return parts;
}

bool is_digits(std::string_view text) noexcept {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_decimal(std::string_view text) noexcept {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  return is_digits(text.substr(0, point)) && (point == std::string_view::npos || is_digits(text.substr(point + 1)));
}

/// Both without their signs.
std::strong_ordering compare_magnitudes(const Parts& left, const Parts& right) noexcept {
  if (left.whole.size() != right.whole.size()) {
    return left.whole.size() <=> right.whole.size();
  }
  // Digits compare like numbers: the whole parts have one length, and a fraction that goes on is the greater.
  const std::strong_ordering whole = left.whole <=> right.whole;
  return whole != 0 ? whole : left.fraction <=> right.fraction;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  if (!is_decimal(text)) {
    return std::nullopt;
  }
  const Parts parts = parts_of(text);
  Decimal decimal;
  decimal.text_.reserve(text.size());
  if (parts.negative) {
    decimal.text_ += '-';
  }
  decimal.text_ += parts.whole.empty() ? "0" : parts.whole;
  if (!parts.fraction.empty()) {
    decimal.text_ += '.';
    decimal.text_ += parts.fraction;
  }
  return decimal;
}

Decimal::Decimal(std::string_view text) {
  std::optional<Decimal> parsed = parse(text);
  if (!parsed) {
    throw UsageError("not a decimal number: it is written as -12.50, with digits on both sides of the point");
  }
  text_ = std::move(parsed->text_);
}

std::strong_ordering compare_decimals(std::string_view left, std::string_view right) noexcept {
  const Parts a = parts_of(left);
  const Parts b = parts_of(right);
  if (a.negative != b.negative) {
    return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return a.negative ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

}  // namespace dalia
