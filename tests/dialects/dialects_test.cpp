// The corpus on every engine: equal answers, or a difference that corpus.sql explains. docs/dialects.md shows the
// answers; the part of it between the two marks is what this run gives, so it cannot drift. `DALIA_WRITE_DIALECTS=1`
// writes it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dalia/core/error.hpp"
#include "dalia/factory/database_factory.hpp"
#include "dialects/corpus.hpp"
#include "support/backends.hpp"

namespace dalia::test {
namespace {

const std::filesystem::path corpus_file = DALIA_CORPUS_FILE;
const std::filesystem::path page_file = DALIA_DIALECTS_PAGE;
constexpr std::string_view begin_mark = "<!-- corpus: written by the test `dialects` -->\n";
constexpr std::string_view end_mark = "<!-- end of corpus -->\n";

/// In the order of the columns of the page. The first one's answer is the one to compare with, unless it differs.
constexpr std::string_view engines[] = {"sqlite", "postgres", "mysql"};

std::string text_of(const ValueRef& cell) {
  return cell.is_null() ? "NULL" : cell.kind() == Kind::Text ? fmt::format("'{}'", cell.to_text()) : cell.to_text();
}

std::string text_of(const ResultSet& result) {
  if (result.columns().size() == 0) {
    return result.affected_rows() == 1 ? "1 row" : fmt::format("{} rows", result.affected_rows());
  }
  std::string text;
  for (const Row row : result) {
    text += text.empty() ? "(" : ", (";
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : ", ") + text_of(row[i]);
    }
    text += ')';
  }
  return text.empty() ? "no rows" : text;
}

std::string refusal_of(const Error& error) {
  if (const auto* violation = dynamic_cast<const ConstraintViolation*>(&error)) {
    switch (violation->kind()) {
      case ConstraintKind::Unique:
        return "refused: ConstraintViolation, unique";
      case ConstraintKind::ForeignKey:
        return "refused: ConstraintViolation, foreign key";
      case ConstraintKind::NotNull:
        return "refused: ConstraintViolation, not null";
      case ConstraintKind::Check:
        return "refused: ConstraintViolation, check";
    }
  }
  return dynamic_cast<const QueryError*>(&error) != nullptr ? "refused: QueryError" : "refused";
}

/// What the last statement of a block answers, or the first that is refused.
std::string answer(SyncConnection& conn, const CorpusEntry& entry) {
  std::string last;
  try {
    if (!entry.commits) {
      conn.begin_transaction();
    }
    for (const std::string& statement : entry.statements) {
      const bool is_last = &statement == &entry.statements.back();
      last = text_of(is_last ? conn.execute(statement, entry.params) : conn.execute(statement));
    }
  } catch (const Error& error) {
    last = refusal_of(error);
  }
  if (conn.in_transaction()) {
    conn.rollback_transaction();
  }
  return last;
}

/// Answers by title.
using Answers = std::map<std::string, std::string>;

Answers answers_of(const Backend& backend, const Corpus& corpus) {
  const PrivateDatabase database(backend);
  const auto manager = DatabaseFactory::create_database(database.config());
  const SyncConnectionHandle conn = manager->sync_connection();
  if (backend.name == "mysql") {
    conn->execute("ALTER DATABASE COLLATE utf8mb4_general_ci");  // what tables have unless somebody asks for another
  }
  for (const std::string& statement : corpus.setup) {
    conn->execute(statement);
  }
  Answers answers;
  for (const CorpusEntry& entry : corpus.entries) {
    answers[entry.title] = answer(*conn, entry);
  }
  return answers;
}

/// In a cell of a table.
std::string cell(std::string_view text) {
  std::string escaped = "`";
  for (const char c : text) {
    escaped += c == '\n' ? " " : c == '|' ? "\\|" : std::string(1, c);
  }
  return escaped + "`";
}

std::string sql_of(const CorpusEntry& entry) {
  std::string sql;
  for (const std::string& statement : entry.statements) {
    sql += (sql.empty() ? "" : "; ") + statement;
  }
  return sql;
}

std::string page_of(const Corpus& corpus, const std::map<std::string, Answers>& answers) {
  std::string page;
  std::string heading;
  std::vector<const CorpusEntry*> different;
  for (const CorpusEntry& entry : corpus.entries) {
    if (!entry.differs.empty()) {
      different.push_back(&entry);
      continue;
    }
    if (entry.heading != heading) {
      heading = entry.heading;
      page += fmt::format("\n### {}\n\n| | statement | answer |\n| --- | --- | --- |\n", heading);
    }
    page +=
        fmt::format("| {} | {} | {} |\n", entry.title, cell(sql_of(entry)), cell(answers.at("sqlite").at(entry.title)));
  }
  page += "\n## Where the engines differ\n\n";
  for (const CorpusEntry* entry : different) {
    page += fmt::format("**{}**: {}\n\n", entry->title, cell(sql_of(*entry)));
    page += "| engine | answer | |\n| --- | --- | --- |\n";
    for (const auto& [engine, of_engine] : answers) {
      const auto why = entry->differs.find(engine);
      page += fmt::format("| {} | {} | {} |\n", engine, cell(of_engine.at(entry->title)),
                          why == entry->differs.end() ? "" : why->second);
    }
    page += '\n';
  }
  return page;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Dialects : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const std::string_view engine : engines) {
      const auto known = std::find_if(backends().begin(), backends().end(),
                                      [&](const Backend& backend) { return backend.name == engine; });
      if (known == backends().end()) {
        continue;
      }
      require_server(*known);
      if (IsSkipped() || HasFatalFailure()) {
        return;
      }
      answers_[std::string(engine)] = answers_of(*known, corpus_);
    }
  }

  Corpus corpus_ = read_corpus(corpus_file);
  std::map<std::string, Answers> answers_;
};

TEST_F(Dialects, AnswerAlikeOrDifferAsExplained) {
  ASSERT_GE(corpus_.entries.size(), 70U);
  for (const CorpusEntry& entry : corpus_.entries) {
    SCOPED_TRACE(entry.title);
    std::string common;  // of the engines that do not differ
    for (const auto& [engine, of_engine] : answers_) {
      if (!entry.differs.contains(engine)) {
        const std::string& own = of_engine.at(entry.title);
        common = common.empty() ? own : common;
        EXPECT_EQ(own, common) << engine;
      }
    }
    for (const auto& [engine, of_engine] : answers_) {
      if (entry.differs.contains(engine)) {
        EXPECT_NE(of_engine.at(entry.title), common) << engine << " does not differ any more";
      }
    }
  }
}

TEST_F(Dialects, ThePageShowsWhatTheyAnswer) {
  std::string page = content_of(page_file);
  const std::size_t begin = page.find(begin_mark);
  const std::size_t end = page.find(end_mark);
  ASSERT_NE(begin, std::string::npos) << page_file;
  ASSERT_NE(end, std::string::npos) << page_file;
  const std::size_t first = begin + begin_mark.size();
  const std::string now = page_of(corpus_, answers_);
  if (std::getenv("DALIA_WRITE_DIALECTS") != nullptr) {
    page.replace(first, end - first, now);
    std::ofstream(page_file, std::ios::binary) << page;
  } else {
    EXPECT_EQ(page.substr(first, end - first), now) << "run the test `dialects` with DALIA_WRITE_DIALECTS=1";
  }
}

}  // namespace
}  // namespace dalia::test
