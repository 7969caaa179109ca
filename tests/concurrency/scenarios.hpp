/// What several writers do at once: the same work whether they are threads or processes.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "dalia/connections/sync_connection.hpp"

namespace dalia::test {

struct Scenario {
  std::string_view name;
  /// The work of one writer. @return what it counts: effective saves, or races won.
  std::function<int(SyncConnection& connection, int writer)> write;
  /// Checks the database after all writers are done. @param total  the sum of what they counted.
  std::function<void(SyncConnection& connection, int writers, int total)> check;
};

[[nodiscard]] std::span<const Scenario> scenarios();

}  // namespace dalia::test
