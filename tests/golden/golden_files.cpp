#include "golden/golden_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace dalia::golden {

namespace fs = std::filesystem;

const fs::path& directory() {
  static const fs::path path = DALIA_GOLDEN_DIRECTORY;
  return path;
}

const fs::path& statement_directory() {
  static const fs::path path = directory() / "statements";
  return path;
}

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream) << file;
  return {std::istreambuf_iterator<char>(stream), {}};
}

fs::path file_of(std::string_view name, std::string_view ending) {
  return statement_directory() / fmt::format("{}{}", name, ending);
}

std::vector<std::string> statement_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(statement_directory())) {
    const fs::path file = entry.path();
    if (file.extension() == ".sql" && !file.stem().has_extension()) {
      names.push_back(file.stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

std::map<std::string, std::string> refused_by(std::string_view engine) {
  std::map<std::string, std::string> refused;
  std::ifstream stream(directory() / fmt::format("not_on_{}.txt", engine));
  std::string line;
  while (std::getline(stream, line)) {
    const std::size_t colon = line.find(": ");
    if (!line.starts_with('#') && colon != std::string::npos) {
      refused.emplace(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  return refused;
}

}  // namespace dalia::golden
