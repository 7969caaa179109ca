/// What several writers do at once: the same work whether they are threads or processes.
#pragma once

#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/connections/sync_connection.hpp"
#include "support/backends.hpp"

namespace dalia::test {

/// What a scenario needs of a transaction that may write: whether it keeps other writers out.
enum class Rivals { LetIn, KeptOut };

struct Scenario {
  std::string_view name;
  /// The work of one writer. @return what it counts: effective saves, or races won.
  std::function<int(SyncConnection& connection, int writer)> write;
  /// Checks the database after all writers are done. @param total  the sum of what they counted.
  std::function<void(SyncConnection& connection, int writers, int total)> check;
  Rivals rivals = Rivals::LetIn;
};

[[nodiscard]] std::span<const Scenario> scenarios();

/// A scenario on a backend whose databases several managers share.
struct Race {
  const Backend* backend = nullptr;
  Scenario scenario;
};

[[nodiscard]] std::vector<Race> races();
void PrintTo(const Race& race, std::ostream* out);

}  // namespace dalia::test
