/// Entities as tests compare and print them.
#pragma once

#include <iosfwd>
#include <string>

#include "dalia/core/entity.hpp"

namespace dalia {

// GoogleTest finds these by their argument.
void PrintTo(const Value& value, std::ostream* out);
void PrintTo(const ValueRef& value, std::ostream* out);
void PrintTo(const Entity& entity, std::ostream* out);
void PrintTo(Kind kind, std::ostream* out);

}  // namespace dalia

namespace dalia::test {

/// Kind and content, such as int64:5; long texts are cut.
[[nodiscard]] std::string to_string(const ValueRef& value);
[[nodiscard]] std::string to_string(const Entity& entity);

/// The fields alone: without id, system columns, version and history columns.
[[nodiscard]] Entity fields_of(const Entity& entity);

}  // namespace dalia::test
