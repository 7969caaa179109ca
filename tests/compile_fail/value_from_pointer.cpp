// must say: deleted
#include "dalia/dalia.hpp"

int* pointer();

dalia::Value wrong() {
  return dalia::Value(pointer());
}
