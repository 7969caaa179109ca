/// EntityContext: what the entity calls of all connections to one database share.
#pragma once

#include <chrono>
#include <memory>

#include "dalia/core/database_config.hpp"
#include "dalia/core/export.hpp"
#include "dalia/entity/serializer.hpp"
#include "dalia/generators/sql_entity_generator.hpp"

namespace dalia {

namespace internal {
class SchemaCache;
}

/// Thread-safe.
class DALIA_EXPORT EntityContext {
 public:
  /// `generator` must outlive the context.
  EntityContext(const SqlEntityGenerator& generator, SchemaMode mode, std::chrono::nanoseconds default_timeout);
  ~EntityContext();

  [[nodiscard]] const SqlEntityGenerator& generator() const noexcept { return generator_; }
  [[nodiscard]] SchemaMode schema_mode() const noexcept { return mode_; }
  [[nodiscard]] std::chrono::nanoseconds default_timeout() const noexcept { return default_timeout_; }
  [[nodiscard]] SerializerRegistry& serializers() noexcept { return serializers_; }
  [[nodiscard]] internal::SchemaCache& schemas() noexcept { return *schemas_; }

 private:
  const SqlEntityGenerator& generator_;
  SchemaMode mode_;
  std::chrono::nanoseconds default_timeout_;
  SerializerRegistry serializers_;
  std::unique_ptr<internal::SchemaCache> schemas_;
};

}  // namespace dalia
