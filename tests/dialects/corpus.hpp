/// The statements of corpus.sql.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "dalia/core/params.hpp"

namespace dalia::test {

struct CorpusEntry {
  std::string heading;
  std::string title;
  std::vector<std::string> statements;
  Params params;                               ///< of the last statement
  std::map<std::string, std::string> differs;  ///< engine -> why
  bool commits = false;
};

struct Corpus {
  std::vector<std::string> setup;
  std::vector<CorpusEntry> entries;
};

/// @throws std::runtime_error for a file that breaks its own rules.
[[nodiscard]] Corpus read_corpus(const std::filesystem::path& file);

}  // namespace dalia::test
