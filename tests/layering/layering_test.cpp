/// Holds every #include of the library against the picture in docs/architecture.md, which is read from there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using testing::HasSubstr;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), {}};
}

/// `*` stands for any text, slashes included.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern.front() != '*') {
    return !text.empty() && text.front() == pattern.front() && matches(pattern.substr(1), text.substr(1));
  }
  for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
    if (matches(pattern.substr(1), text.substr(skipped))) {
      return true;
    }
  }
  return false;
}

struct Include {
  std::string name;
  enum class Form { Quoted, Angled } form;
};

std::vector<Include> includes_of(const std::string& source) {
  std::vector<Include> found;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::remove_if(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t'; }), line.end());
    constexpr std::string_view directive = "#include";
    if (!line.starts_with(directive) || line.size() < directive.size() + 3) {
      continue;
    }
    const char opening = line[directive.size()];
    const std::size_t end = line.find(opening == '<' ? '>' : '"', directive.size() + 1);
    found.push_back({line.substr(directive.size() + 1, end - directive.size() - 1),
                     opening == '<' ? Include::Form::Angled : Include::Form::Quoted});
  }
  return found;
}

/// The rules of docs/architecture.md.
class Picture {
 public:
  explicit Picture(const std::string& page) {
    int height = 0;
    for (const std::string& line : block(page, "layers")) {
      --height;
      for (const std::string& folder : words_of(line)) {
        heights_[folder] = height;
      }
    }
    for (const std::string& line : block(page, "libraries")) {
      std::vector<std::string> words = words_of(line);
      const std::string library = words.front();
      words.erase(words.begin());
      libraries_.emplace_back(library, std::move(words));
    }
  }

  [[nodiscard]] bool empty() const { return heights_.empty() || libraries_.empty(); }

  /// What is wrong with `include` in the file at `path`, which is relative to the checkout.
  [[nodiscard]] std::optional<std::string> objection(const std::string& path, const Include& include) const {
    const std::optional<std::string> reason = include.form == Include::Form::Quoted
                                                  ? objection_to_own(path, include.name)
                                                  : objection_to_library(path, include.name);
    if (!reason) {
      return std::nullopt;
    }
    return path + " includes " + include.name + ": " + *reason;
  }

 private:
  static std::vector<std::string> block(const std::string& page, const std::string& name) {
    const std::string fence = "```" + name + "\n";
    const std::size_t begin = page.find(fence);
    const std::size_t end = page.find("```\n", begin + fence.size());
    if (begin == std::string::npos || end == std::string::npos) {
      return {};
    }
    std::istringstream text(page.substr(begin + fence.size(), end - begin - fence.size()));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      lines.push_back(line);
    }
    return lines;
  }

  /// "core" of "include/dalia/core/value.hpp", "src/core/value.cpp" and "dalia/core/value.hpp"; empty for
  /// "dalia/dalia.hpp".
  static std::string folder_of(std::string path) {
    for (const std::string_view prefix : {"include/", "src/", "dalia/"}) {
      if (path.starts_with(prefix)) {
        path.erase(0, prefix.size());
      }
    }
    const std::size_t slash = path.find('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
  }

  [[nodiscard]] std::optional<std::string> objection_to_own(const std::string& path, const std::string& name) const {
    if (path.starts_with("include/") && !name.starts_with("dalia/")) {
      return "a public header includes public headers only";
    }
    const std::string from = folder_of(path);
    const std::string to = folder_of(name);
    if (from.empty()) {
      return std::nullopt;
    }
    if (!heights_.contains(from) || !heights_.contains(to)) {
      return "docs/architecture.md has no layer \"" + (heights_.contains(from) ? to : from) + "\"";
    }
    if (from != to && heights_.at(to) >= heights_.at(from)) {
      return to + "/ is not below " + from + "/";
    }
    constexpr std::string_view connections = "src/connections/";
    const std::string backend = backend_of(name);
    if (!backend.empty() && backend != backend_of(path) && path.starts_with(connections) && !backend_of(path).empty()) {
      return "one backend includes another";
    }
    return std::nullopt;
  }

  /// "sqlite" of "src/connections/sqlite/session.cpp" and "connections/sqlite/session.hpp".
  static std::string backend_of(const std::string& path) {
    constexpr std::string_view connections = "connections/";
    const std::size_t at = path.find(connections);
    if (at == std::string::npos || path.find("dalia/") != std::string::npos) {
      return "";
    }
    const std::string rest = path.substr(at + connections.size());
    const std::size_t slash = rest.find('/');
    return slash == std::string::npos ? "" : rest.substr(0, slash);
  }

  [[nodiscard]] std::optional<std::string> objection_to_library(const std::string& path,
                                                                const std::string& name) const {
    for (const auto& [library, places] : libraries_) {
      if (matches(library, name)) {
        const bool allowed =
            std::any_of(places.begin(), places.end(), [&](const std::string& place) { return matches(place, path); });
        return allowed ? std::nullopt
                       : std::optional<std::string>("not a place where docs/architecture.md has " + library);
      }
    }
    const bool standard = name.find_first_of("/.") == std::string::npos;
    return standard ? std::nullopt : std::optional<std::string>("a library that docs/architecture.md does not name");
  }

  std::map<std::string, int> heights_;
  std::vector<std::pair<std::string, std::vector<std::string>>> libraries_;
};

const std::filesystem::path checkout = DALIA_SOURCE_DIR;

Picture read_picture() {
  return Picture(text_of(checkout / "docs/architecture.md"));
}

std::vector<std::string> library_files() {
  std::vector<std::string> files;
  for (const char* root : {"include", "src"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(checkout / root)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".hpp" || extension == ".cpp") {
        files.push_back(std::filesystem::relative(entry.path(), checkout).generic_string());
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string objection_to(const std::string& path, const std::string& line) {
  const std::vector<Include> includes = includes_of(line);
  EXPECT_EQ(includes.size(), 1U) << line;
  return read_picture().objection(path, includes.front()).value_or("");
}

TEST(Layering, EveryIncludeAgreesWithThePicture) {
  const Picture picture = read_picture();
  ASSERT_FALSE(picture.empty());
  const std::vector<std::string> files = library_files();
  ASSERT_GT(files.size(), 20U);
  for (const std::string& file : files) {
    for (const Include& include : includes_of(text_of(checkout / file))) {
      if (const auto objection = picture.objection(file, include)) {
        ADD_FAILURE() << *objection;
      }
    }
  }
}

TEST(Layering, DownwardsIsAllowed) {
  EXPECT_EQ(objection_to("src/factory/database_factory.cpp", "#include \"dalia/core/error.hpp\""), "");
  EXPECT_EQ(objection_to("src/connections/sqlite/session.cpp", "#include \"connections/sqlite/session.hpp\""), "");
  EXPECT_EQ(objection_to("src/connections/sqlite/session.cpp", "#include <sqlite3.h>"), "");
  EXPECT_EQ(objection_to("src/core/error.cpp", "#  include <fmt/format.h>"), "");
  EXPECT_EQ(objection_to("include/dalia/dalia.hpp", "#include \"dalia/factory/database_factory.hpp\""), "");
  EXPECT_EQ(objection_to("include/dalia/asio/loop.hpp", "#include \"dalia/core/task.hpp\""), "");
  EXPECT_EQ(objection_to("include/dalia/asio/loop.hpp", "#include <boost/asio/awaitable.hpp>"), "");
  EXPECT_EQ(objection_to("include/dalia/asio/loop.hpp", "#include <asio/awaitable.hpp>"), "");
}

TEST(Layering, UpwardsAndSidewardsIsRefused) {
  EXPECT_THAT(objection_to("src/core/value.cpp", "#include \"dalia/entity/entity_query.hpp\""), HasSubstr("not below"));
  EXPECT_THAT(objection_to("src/entity/entity_flow.cpp", "#include \"dalia/connections/session.hpp\""),
              HasSubstr("not below"));
  EXPECT_THAT(objection_to("src/entity/entity_flow.cpp", "#include \"dalia/resilience/retry.hpp\""),
              HasSubstr("not below"));
  EXPECT_THAT(objection_to("src/core/value.cpp", "#include \"dalia/dalia.hpp\""), HasSubstr("no layer"));
  EXPECT_THAT(objection_to("src/core/value.cpp", "#include \"misc/strings.hpp\""), HasSubstr("no layer"));
}

TEST(Layering, PrivateHeadersStayPrivate) {
  EXPECT_THAT(objection_to("include/dalia/core/value.hpp", "#include \"core/utf8.hpp\""), HasSubstr("public"));
  EXPECT_THAT(objection_to("src/connections/mysql/session.cpp", "#include \"connections/sqlite/session.hpp\""),
              HasSubstr("another"));
}

TEST(Layering, LibrariesStayInTheirPlaces) {
  EXPECT_THAT(objection_to("src/entity/entity_flow.cpp", "#include <sqlite3.h>"), HasSubstr("not a place"));
  EXPECT_THAT(objection_to("src/connections/sqlite/session.cpp", "#include <libpq-fe.h>"), HasSubstr("not a place"));
  EXPECT_THAT(objection_to("include/dalia/core/value.hpp", "#include <nlohmann/json.hpp>"), HasSubstr("not a place"));
  EXPECT_THAT(objection_to("include/dalia/core/error.hpp", "#include <fmt/format.h>"), HasSubstr("not a place"));
  EXPECT_THAT(objection_to("src/core/task.cpp", "#include <boost/asio.hpp>"), HasSubstr("not a place"));
  EXPECT_THAT(objection_to("include/dalia/core/task.hpp", "#include <asio/awaitable.hpp>"), HasSubstr("not a place"));
  EXPECT_THAT(objection_to("src/core/task.cpp", "#include <curl/curl.h>"), HasSubstr("does not name"));
}

}  // namespace
