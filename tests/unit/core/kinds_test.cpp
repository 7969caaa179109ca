#include "dalia/core/kinds.hpp"

#include <gtest/gtest.h>

namespace dalia {
namespace {

TEST(Kinds, NamesReadBackAsTheirKind) {
  for (int i = 0; i <= static_cast<int>(Kind::Json); ++i) {
    const auto kind = static_cast<Kind>(i);
    EXPECT_EQ(kind_from(kind_name(kind)), kind);
  }
  EXPECT_EQ(kind_name(Kind::Instant), "instant");
  EXPECT_EQ(kind_from("Text"), std::nullopt);
  EXPECT_EQ(kind_from(""), std::nullopt);
  EXPECT_EQ(kind_from("unknown"), std::nullopt);
}

TEST(Kinds, AKindThatIsNoneHasAName) {
  EXPECT_EQ(kind_name(static_cast<Kind>(99)), "unknown");
}

}  // namespace
}  // namespace dalia
