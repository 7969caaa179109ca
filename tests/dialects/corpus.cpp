#include "dialects/corpus.hpp"

#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "dalia/core/json.hpp"

namespace dalia::test {
namespace {

Params params_from(const std::string& json) {
  Params params;
  for (const nlohmann::json& item : nlohmann::json::parse(json)) {
    params.add(Value(item));
  }
  return params;
}

/// The lines of one block.
class Block {
 public:
  void add(const std::string& line) {
    if (!line.starts_with("--")) {
      add_sql(line);
    } else if (entry_.title.empty()) {
      entry_.title = line.substr(3);
    } else if (line.starts_with("-- params: ")) {
      entry_.params = params_from(line.substr(11));
    } else if (line == "-- commits") {
      entry_.commits = true;
    } else if (const std::size_t colon = line.find(": "); colon != std::string::npos) {
      entry_.differs[line.substr(3, colon - 3)] = line.substr(colon + 2);
    } else {
      throw std::runtime_error("corpus: what does this line mean? " + line);
    }
  }

  [[nodiscard]] bool empty() const { return entry_.title.empty(); }
  [[nodiscard]] CorpusEntry take(const std::string& heading) {
    if (!sql_.empty() || entry_.statements.empty()) {
      throw std::runtime_error("corpus: a statement of '" + entry_.title + "' has no end");
    }
    CorpusEntry entry = std::move(entry_);
    entry.heading = heading;
    entry_ = CorpusEntry();
    return entry;
  }

 private:
  void add_sql(const std::string& line) {
    sql_ += (sql_.empty() ? "" : "\n") + line;
    if (sql_.ends_with(';')) {
      sql_.pop_back();
      entry_.statements.push_back(std::move(sql_));
      sql_.clear();
    }
  }

  CorpusEntry entry_;
  std::string sql_;
};

}  // namespace

Corpus read_corpus(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) {
    throw std::runtime_error("corpus: cannot read " + file.string());
  }
  Corpus corpus;
  std::string heading;
  std::string line;
  while (std::getline(stream, line) && !line.empty()) {
    // The comment at the top.
  }
  for (bool is_open = true; is_open;) {
    Block block;
    while ((is_open = static_cast<bool>(std::getline(stream, line))) && !line.empty()) {
      if (line.starts_with("## ")) {
        heading = line.substr(3);
      } else {
        block.add(line);
      }
    }
    if (block.empty()) {
      continue;
    }
    CorpusEntry entry = block.take(heading);
    if (entry.title == "setup") {
      corpus.setup = std::move(entry.statements);
    } else {
      corpus.entries.push_back(std::move(entry));
    }
  }
  return corpus;
}

}  // namespace dalia::test
