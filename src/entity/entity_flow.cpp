#include "dalia/entity/entity_flow.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dalia/entity/entity_mixin.hpp"
#include "entity/entity_flow_state.hpp"

namespace dalia {

EntityFlow::EntityFlow(Executor& executor, EntityContext& context)
    : state_(std::make_unique<State>(executor, context)) {}
EntityFlow::~EntityFlow() = default;

EntityContext& EntityFlow::context() const noexcept {
  return state_->context;
}
Executor& EntityFlow::executor() const noexcept {
  return state_->on;
}

SerializerRegistry& serializers_of(const EntityFlow& flow) noexcept {
  return flow.context().serializers();
}

SchemaChangeNeeded::SchemaChangeNeeded(std::string entity, std::vector<std::string> statements)
    : EntityError(
          fmt::format("saving '{}' needs a change of its tables first: {}", entity, fmt::join(statements, "; ")),
          entity),
      statements_(std::move(statements)) {}

SchemaChangeNeeded::~SchemaChangeNeeded() = default;

}  // namespace dalia
