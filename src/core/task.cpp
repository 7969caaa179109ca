#include "dalia/core/task.hpp"

#include "dalia/core/error.hpp"

namespace dalia::internal {

void throw_suspended() {
  throw UsageError("a blocking call had to wait for an event loop; use the asynchronous connection for it");
}

}  // namespace dalia::internal
