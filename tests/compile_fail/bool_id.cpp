// must say: cannot convert|no known conversion
#include "dalia/dalia.hpp"

void wrong(dalia::SyncConnection& connection) {
  connection.delete_entity("users", true);
}
