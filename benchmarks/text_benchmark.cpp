/// What the library does with statement texts: translation, the translation cache, the statement cache.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "connections/statement_cache.hpp"
#include "dalia/core/executor.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "generators/translation_cache.hpp"
#include "runner.hpp"

namespace dalia::benchmarks {
namespace {

constexpr std::string_view short_text = "SELECT [id], [name] FROM [users] WHERE [id] = ?";  // 47 bytes
constexpr std::string_view insert_text =
    "INSERT INTO [sample] ([id], [name], [score], [created], [active], [payload]) VALUES (?, ?, ?, ?, ?, ?)";
constexpr std::string_view long_text =
    "SELECT [u].[id], [u].[name], count(*) AS [orders], sum([o].[total]) AS [total] FROM [users] AS [u] "
    "LEFT JOIN [orders] AS [o] ON [o].[user_id] = [u].[id] AND [o].[created_at] >= ? "
    "WHERE [u].[status] = 'it''s active' AND ([u].[age] BETWEEN ? AND ? OR [u].[email] LIKE ?) -- who bought\n"
    "AND [u].[id] NOT IN (SELECT [user_id] FROM [blocked] WHERE [reason] <> ? /* any */) "
    "GROUP BY [u].[id], [u].[name] HAVING count(*) > ? ORDER BY [total] DESC, [u].[name] LIMIT ? OFFSET ?";

class Translate final : public Workload {
 public:
  Translate(std::string_view dialect, std::string_view text) : generator_(make_sql_generator(dialect)), text_(text) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const NativeQuery query = generator_->convert_query_to_native(text_);
      benchmark::DoNotOptimize(query.text.data());
    }
  }

 private:
  std::unique_ptr<SqlGenerator> generator_;
  std::string_view text_;
};

Case translation(const std::string& dialect, const std::string& length, std::string_view text) {
  Case translated;
  translated.name = "translate_" + length + "_" + dialect;
  translated.unit = std::to_string(text.size()) + " bytes";
  translated.batch = 1000;
  translated.dalia = [=](std::size_t) { return std::make_unique<Translate>(dialect, text); };
  return translated;
}

/// As many statements as a service has in turn.
constexpr std::size_t statements = 16;

std::array<std::string, statements> make_texts() {
  std::array<std::string, statements> texts;
  for (std::size_t i = 0; i < statements; ++i) {
    texts[i] = std::string(insert_text) + " -- " + std::to_string(i);
  }
  return texts;
}

class TranslationHit final : public Workload {
 public:
  explicit TranslationHit(std::size_t /*rows*/) {}

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      benchmark::DoNotOptimize(cache_.convert(texts_[i % statements]));
    }
  }

 private:
  std::unique_ptr<SqlGenerator> generator_ = make_sql_generator("sqlite");
  internal::TranslationCache cache_{*generator_};
  std::array<std::string, statements> texts_ = make_texts();
};

/// A statement by the text that the caller gives.
class StatementHit final : public Workload {
 public:
  explicit StatementHit(std::size_t /*rows*/) {
    for (const std::string& text : texts_) {
      const auto lease = cache_.add(key(text), std::make_unique<PreparedStatement>());
    }
  }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const internal::StatementCache::Lease lease = cache_.find(key(texts_[i % statements]));
      benchmark::DoNotOptimize(lease.statement().parameter_count());
    }
  }

 private:
  static internal::StatementCache::Key key(std::string_view text) {
    return {internal::Language::Portable, text, StatementText::hash_of(text)};
  }

  internal::StatementCache cache_{100};
  std::array<std::string, statements> texts_ = make_texts();
};

/// A statement of the library's own, whose hash is known.
class KnownStatementHit final : public Workload {
 public:
  explicit KnownStatementHit(std::size_t /*rows*/) {
    const std::array<std::string, statements> texts = make_texts();
    for (std::size_t i = 0; i < statements; ++i) {
      texts_[i] = StatementText(texts[i]);
      const auto lease = cache_.add(key(texts_[i]), std::make_unique<PreparedStatement>());
    }
  }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      const internal::StatementCache::Lease lease = cache_.find(key(texts_[i % statements]));
      benchmark::DoNotOptimize(lease.statement().parameter_count());
    }
  }

 private:
  static internal::StatementCache::Key key(const StatementText& text) {
    return {internal::Language::Native, text.text(), text.hash()};
  }

  internal::StatementCache cache_{100};
  std::array<StatementText, statements> texts_;
};

std::vector<Case> cases() {
  std::vector<Case> all = {
      {"statement_cache_hit", "hit", 10'000, 10'000, {}, make<StatementHit>(), {300, {}}},
      {"known_statement_cache_hit", "hit", 10'000, 10'000, {}, make<KnownStatementHit>(), {300, {}}},
      {"translation_cache_hit", "hit", 10'000, 10'000, {}, make<TranslationHit>(), {}},
  };
  for (const char* dialect : {"sqlite", "postgres", "mysql"}) {
    all.push_back(translation(dialect, "short", short_text));
    all.push_back(translation(dialect, "insert", insert_text));
    all.push_back(translation(dialect, "long", long_text));
  }
  return all;
}

}  // namespace
}  // namespace dalia::benchmarks

int main(int argc, char** argv) {
  return dalia::benchmarks::run_program(argc, argv, dalia::benchmarks::cases());
}
