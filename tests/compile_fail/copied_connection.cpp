// must say: deleted
#include "dalia/dalia.hpp"

void wrong(dalia::SyncConnection& connection) {
  dalia::SyncConnection copy(connection);
}
