// must say: no conversion to this type
#include "dalia/dalia.hpp"

struct Own {};

Own wrong(const dalia::Value& value) {
  return value.get<Own>();
}
