// must say: entity.. takes names and values in turn
#include "dalia/dalia.hpp"

dalia::Entity wrong() {
  return dalia::entity("name", "Ann", "age");
}
