/// What the conformance tests say of each code in a backend's error map.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace dalia::test {

/// The tests of a suite with parameters are called "Instance/Suite.Test/parameter".
inline std::string without_parameter(const std::string& name) {
  const std::size_t dot = name.find('.');
  const std::size_t instance = name.find('/');
  const std::size_t begin = instance < dot ? instance + 1 : 0;
  return name.substr(begin, name.find('/', dot) - begin);
}

/// Whether the program has a test of that name: "Suite.Test".
inline bool is_test(std::string_view name) {
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int k = 0; k < suite.total_test_count(); ++k) {
      if (without_parameter(std::string(suite.name()) + "." + suite.GetTestInfo(k)->name()) == name) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace dalia::test
