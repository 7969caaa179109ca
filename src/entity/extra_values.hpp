/// ExtraValues: the column _extra of a row, taken apart.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "dalia/core/value.hpp"

namespace dalia::internal {

/// Values of fields that have no column yet, each as its canonical text. A field that is null is absent.
class ExtraValues {
 public:
  /// @param column  a JSON object, or null.  @throws EntityError where somebody else has written to it.
  explicit ExtraValues(const ValueRef& column);

  /// Null, or a text that views the object.
  [[nodiscard]] ValueRef find(std::string_view field) const;
  /// @return whether that is another value.
  bool set(const std::string& field, const ValueRef& value);
  /// The JSON object; empty where there are no values.
  [[nodiscard]] std::string text() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace dalia::internal
