/// DatabaseContext: what the connections of one ConnectionManager share, and what outlives it with them.
#pragma once

#include <memory>
#include <utility>

#include "dalia/core/database_config.hpp"
#include "dalia/entity/entity_context.hpp"
#include "dalia/generators/sql_entity_generator.hpp"
#include "dalia/generators/sql_generator.hpp"
#include "generators/translation_cache.hpp"

namespace dalia {

/// Thread-safe.
class DatabaseContext {
 public:
  /// `entity_generator` refers to `generator`.
  DatabaseContext(DatabaseConfig config, std::unique_ptr<SqlGenerator> generator,
                  std::unique_ptr<SqlEntityGenerator> entity_generator)
      : config_(std::move(config)),
        generator_(std::move(generator)),
        entity_generator_(std::move(entity_generator)),
        translations_(*generator_),
        entities_(*entity_generator_, config_.schema_mode, config_.query_timeout) {}

  [[nodiscard]] const DatabaseConfig& config() const noexcept { return config_; }
  [[nodiscard]] const SqlGenerator& generator() const noexcept { return *generator_; }
  [[nodiscard]] const TransactionSql& transactions() const noexcept { return entity_generator_->transactions(); }
  [[nodiscard]] internal::TranslationCache& translations() noexcept { return translations_; }
  [[nodiscard]] EntityContext& entities() noexcept { return entities_; }

 private:
  DatabaseConfig config_;
  std::unique_ptr<SqlGenerator> generator_;
  std::unique_ptr<SqlEntityGenerator> entity_generator_;
  internal::TranslationCache translations_;
  EntityContext entities_;
};

}  // namespace dalia
