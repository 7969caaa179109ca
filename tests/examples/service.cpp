#include "examples/service.hpp"

#include <stdexcept>

namespace dalia::test {
namespace {

std::vector<std::string> arguments_of(const std::string& url, const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"--db", url, "--port", "0"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return arguments;
}

}  // namespace

Service::Service(const std::string& url, const std::vector<std::string>& options)
    : child_(arguments_of(url, options), ChildOptions()) {
  child_.wait_for("\n");
  const std::string host = "http://127.0.0.1:";
  const std::size_t at = child_.output().find(host);
  if (at == std::string::npos) {
    throw std::runtime_error("the service does not say where it is: " + child_.output());
  }
  port_ = static_cast<std::uint16_t>(std::stoi(child_.output().substr(at + host.size())));
}

}  // namespace dalia::test
