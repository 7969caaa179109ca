/// Event loops for tests, with threads of their own.
#pragma once

#include "dalia/asio/net.hpp"

namespace dalia::test {

/// In turn that of a loop with one thread and that of one with three.
[[nodiscard]] net::any_io_executor next_test_executor();
/// For work that blocks, up to eight at a time.
[[nodiscard]] net::any_io_executor blocking_test_executor();

}  // namespace dalia::test
