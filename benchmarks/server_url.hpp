/// Which server to measure, and a place of its own on it.
#pragma once

#include <string>

namespace dalia::benchmarks {

/// Of DALIA_BENCHMARK_<engine>_URL, or else of DALIA_TEST_<engine>_URL.
/// @param engine  POSTGRES, MYSQL.
/// @throws std::runtime_error where neither variable is set, naming the first.
[[nodiscard]] std::string server_url(const std::string& engine);

/// For a schema or a database; another one each time.
[[nodiscard]] std::string scratch_name();

}  // namespace dalia::benchmarks
