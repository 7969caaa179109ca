#include "dalia/core/executor.hpp"

#include "dalia/core/error.hpp"

namespace dalia {

Executor::~Executor() = default;

task<std::unique_ptr<Executor>> Executor::open_another(Deadline) {
  throw UsageError("this connection opens no other one");
  co_return nullptr;
}

}  // namespace dalia
