/// The statements that write entities; each depends on the fields that are given.
#pragma once

#include <vector>

#include "dalia/core/executor.hpp"
#include "dalia/core/value.hpp"
#include "dalia/generators/sql_entity_generator.hpp"
#include "entity/input.hpp"
#include "entity/schema_store.hpp"

namespace dalia::internal {

enum class Write : char {
  Insert = 'i',
  Update = 'u',
  Revive = 'r',
  SaveNew = 'n',
  SavePresent = 'p',
  SaveAny = 'a',
  SaveMany = 'm'
};

/// The statement that writes the columns of this input, made once for each shape.
[[nodiscard]] const WriteStatement& write_statement(const SqlEntityGenerator& generator, KnownSchema& known,
                                                    const EntityInput& input, Write write);

// For the given ids and, so that few statements are ever prepared, for the last of them again up to a power of two.
[[nodiscard]] const StatementText& lock_rows_statement(const SqlEntityGenerator& generator, KnownSchema& known,
                                                       std::vector<ValueRef>& ids);
/// Which of them have a history.
[[nodiscard]] const StatementText& used_ids_statement(const SqlEntityGenerator& generator, KnownSchema& known,
                                                      std::vector<ValueRef>& ids);

}  // namespace dalia::internal
