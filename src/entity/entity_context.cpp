#include "dalia/entity/entity_context.hpp"

#include "entity/schema_cache.hpp"

namespace dalia {

EntityContext::EntityContext(const SqlEntityGenerator& generator, SchemaMode mode,
                             std::chrono::nanoseconds default_timeout)
    : generator_(generator),
      mode_(mode),
      default_timeout_(default_timeout),
      schemas_(std::make_unique<internal::SchemaCache>()) {}

EntityContext::~EntityContext() = default;

}  // namespace dalia
