// The code in docs/async.md is code of the examples, which are built and run.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace dalia::test {
namespace {

const std::filesystem::path checkout = DALIA_SOURCE_DIR;

/// Its lines without indentation.
std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line.erase(0, line.find_first_not_of(' ')));
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text = "\n";
  for (const std::string& line : lines) {
    text += line + '\n';
  }
  return text;
}

/// The blocks of C++ of a page.
std::vector<std::string> snippets_of(const std::filesystem::path& page) {
  std::vector<std::string> snippets;
  std::vector<std::string> lines;
  bool is_inside = false;
  for (const std::string& line : lines_of(page)) {
    if (is_inside && line == "```") {
      snippets.push_back(joined(lines));
      lines.clear();
      is_inside = false;
    } else if (is_inside) {
      lines.push_back(line);
    } else {
      is_inside = line == "```cpp";
    }
  }
  return snippets;
}

std::string text_of_examples() {
  std::string text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(checkout / "examples")) {
    if (entry.path().extension() == ".cpp") {
      text += joined(lines_of(entry.path()));
    }
  }
  return text;
}

TEST(Snippets, OfThePageOnCoroutinesAreCutFromExamples) {
  const std::string examples = text_of_examples();
  const std::vector<std::string> snippets = snippets_of(checkout / "docs/async.md");
  EXPECT_GT(snippets.size(), 8U);
  for (const std::string& snippet : snippets) {
    EXPECT_NE(examples.find(snippet), std::string::npos) << "no example has" << snippet;
  }
}

}  // namespace
}  // namespace dalia::test
