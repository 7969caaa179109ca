// must say: no matching|no match
#include "dalia/dalia.hpp"

struct Unknown {};

dalia::Params wrong() {
  return dalia::params(Unknown());
}
