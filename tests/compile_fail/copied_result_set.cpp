// must say: deleted function
#include "dalia/dalia.hpp"

dalia::ResultSet wrong(const dalia::ResultSet& rows) {
  return dalia::ResultSet(rows);
}
