// What DALIA_REQUIRE_BACKENDS asks for is there.
#include <cstdlib>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "support/backends.hpp"

namespace dalia::test {
namespace {

TEST(Backends, RequiredOnesAreKnownAndReachable) {
  const char* names = std::getenv("DALIA_REQUIRE_BACKENDS");
  std::istringstream list(names == nullptr ? "" : names);
  for (std::string name; std::getline(list, name, ',');) {
    EXPECT_NO_THROW(static_cast<void>(backend_named(name))) << "DALIA_REQUIRE_BACKENDS names " << name;
  }
  for (const Backend& backend : backends()) {
    if (is_required(backend) && !backend.server_variable.empty()) {
      EXPECT_NE(server_of(backend), "") << backend.server_variable << " is not set";
    }
  }
}

}  // namespace
}  // namespace dalia::test
