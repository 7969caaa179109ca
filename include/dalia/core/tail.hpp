/// The tail of a call: options that may be left out, then whatever only some kinds of connection take.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

namespace dalia::internal {

template <class T, class... Options>
inline constexpr bool is_one_of = (std::same_as<std::remove_cvref_t<T>, Options> || ...);

/// The argument of that type, or Option() where there is none.
template <class Option>
[[nodiscard]] Option option_in() {
  return Option();
}
template <class Option, class First, class... Rest>
[[nodiscard]] Option option_in(First&& first, Rest&&... rest) {
  if constexpr (is_one_of<First, Option>) {
    return std::forward<First>(first);
  } else {
    return option_in<Option>(std::forward<Rest>(rest)...);
  }
}

/// Calls the function with the arguments behind those of these types.
template <class... Options, class Function>
decltype(auto) call_behind(const Function& function) {
  return function();
}
template <class... Options, class Function, class First, class... Rest>
decltype(auto) call_behind(const Function& function, First&& first, Rest&&... rest) {
  if constexpr (is_one_of<First, Options...>) {
    return call_behind<Options...>(function, std::forward<Rest>(rest)...);
  } else {
    return function(std::forward<First>(first), std::forward<Rest>(rest)...);
  }
}

}  // namespace dalia::internal
