// must say: is ambiguous|ambiguous conversion
#include "dalia/dalia.hpp"

dalia::Value wrong() {
  return dalia::Value('c');
}
