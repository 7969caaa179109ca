#include "server_url.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

namespace dalia::benchmarks {

std::string server_url(const std::string& engine) {
  for (const char* purpose : {"BENCHMARK", "TEST"}) {
    const char* url = std::getenv(fmt::format("DALIA_{}_{}_URL", purpose, engine).c_str());
    if (url != nullptr && *url != '\0') {
      return url;
    }
  }
  std::string scheme = engine;
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  throw std::runtime_error(fmt::format(
      "no server: set DALIA_BENCHMARK_{}_URL, for example to {}://user:password@127.0.0.1/database", engine, scheme));
}

std::string scratch_name() {
  static unsigned last = 0;
  return fmt::format("dalia_benchmark_{}_{}", ::getpid(), ++last);
}

}  // namespace dalia::benchmarks
