/// expect_error<TimeoutError>([&] { ... }): the error itself, for a closer look.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "dalia/core/error.hpp"

namespace dalia::test {

/// Empty, and the test fails, where `work` throws nothing or something else.
template <class E, class Work>
std::optional<E> expect_error(Work&& work) {
  try {
    std::forward<Work>(work)();
  } catch (const E& error) {
    return error;
  } catch (const std::exception& error) {
    ADD_FAILURE() << "threw another error: " << error.what();
    return std::nullopt;
  }
  ADD_FAILURE() << "threw nothing";
  return std::nullopt;
}

}  // namespace dalia::test
