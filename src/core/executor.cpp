#include "dalia/core/executor.hpp"

namespace dalia {

Executor::~Executor() = default;

}  // namespace dalia
