// An application of several databases:   modules_probe URL...
//
// It asks each for 42 and prints what it reads, then the libraries that its process has by then.
#include <fstream>
#include <iostream>
#include <set>
#include <string>

#include "dalia/dalia.hpp"

namespace {

void use(const std::string& url) {
  try {
    const auto database = dalia::DatabaseFactory::create_database(dalia::DatabaseConfig::from_url(url));
    std::cout << "answer: " << database->sync_connection()->execute("SELECT 42").front().get<int>(0) << '\n';
  } catch (const dalia::ConnectionError& error) {
    std::cout << "no connection: " << error.what() << '\n';
  } catch (const dalia::Error& error) {
    std::cout << "refusal: " << error.what() << '\n';
  }
}

void print_libraries() {
  std::ifstream maps("/proc/self/maps");
  std::set<std::string> libraries;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t path = line.find('/');
    if (path != std::string::npos && line.find(".so", path) != std::string::npos) {
      libraries.insert(line.substr(path));
    }
  }
  for (const std::string& library : libraries) {
    std::cout << "library: " << library << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    use(argv[i]);
  }
  print_libraries();
}
