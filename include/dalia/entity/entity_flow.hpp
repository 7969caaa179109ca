/// EntityFlow: the entity framework itself, written once for blocking and asynchronous connections. Applications use it
/// through the methods of their connection (EntityMixin), which document it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dalia/core/entity.hpp"
#include "dalia/core/executor.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/task.hpp"
#include "dalia/entity/entity_query.hpp"
#include "dalia/entity/entity_schema.hpp"
#include "dalia/entity/save_options.hpp"

namespace dalia {

class EntityContext;

/// One for each connection, and used by one flow at a time like it. Parameters are values, because a task starts late.
class DALIA_EXPORT EntityFlow {
 public:
  struct State;

  /// Both must outlive the flow.
  EntityFlow(Executor& executor, EntityContext& context);
  EntityFlow(const EntityFlow&) = delete;
  EntityFlow& operator=(const EntityFlow&) = delete;
  ~EntityFlow();

  task<Entity> save(std::string name, Entity entity, SaveOptions options);
  task<std::vector<Entity>> save_all(std::string name, std::vector<Entity> entities, SaveOptions options);
  task<std::optional<Entity>> get(std::string name, std::string id, GetOptions options);
  task<std::vector<Entity>> find(std::string name, EntityQuery query);
  task<std::int64_t> count(std::string name, EntityQuery query);
  task<bool> remove(std::string name, std::string id, DeleteOptions options);
  task<bool> restore(std::string name, std::string id, RestoreOptions options);
  task<bool> erase(std::string name, std::string id, RestoreOptions options);
  task<std::vector<Entity>> history(std::string name, std::string id, GetOptions options);
  task<std::optional<Entity>> version(std::string name, std::string id, std::int64_t version, GetOptions options);
  task<std::vector<std::string>> plan(std::string name, Entity sample);
  task<std::vector<EntityField>> ensure(std::string name, Entity sample);
  task<std::vector<EntityField>> fields(std::string name);
  task<std::vector<std::string>> names();

  [[nodiscard]] EntityContext& context() const noexcept;
  [[nodiscard]] Executor& executor() const noexcept;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace dalia
