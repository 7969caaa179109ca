/// What an EntityFlow keeps between calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dalia/core/entity.hpp"
#include "dalia/core/executor.hpp"
#include "dalia/core/task.hpp"
#include "dalia/entity/entity_context.hpp"
#include "dalia/entity/entity_flow.hpp"
#include "entity/fit.hpp"
#include "entity/input.hpp"
#include "entity/schema_store.hpp"

namespace dalia {

/// When and in which transaction a change happens; one for all changes of a transaction.
struct ChangeStamp {
  Instant time;
  std::int64_t transaction = 0;  ///< history_tx
};

/// A row was written by somebody who knows a newer schema; the flow starts again with that one.
struct StaleSchema {};

struct EntityFlow::State {
  State(Executor& executor, EntityContext& entity_context)
      : on(executor), context(entity_context), schemas(executor, entity_context) {}

  Executor& on;
  EntityContext& context;
  internal::SchemaStore schemas;
  // Reused by every call, so that a warm save allocates next to nothing.
  std::vector<ValueRef> parameters;
  ResultSet row;
  ResultSet other;
  std::uint64_t stamped_transaction = 0;
  ChangeStamp last_stamp;

  [[nodiscard]] const TransactionSql& transactions() const { return context.generator().transactions(); }
  [[nodiscard]] Deadline deadline(const std::optional<std::chrono::nanoseconds>& timeout) const {
    return Deadline::in(timeout.value_or(context.default_timeout()));
  }
  /// Of the transaction that is open.
  [[nodiscard]] const ChangeStamp& stamp();
  [[nodiscard]] bool is_stale(const internal::Schema& schema, const Row& cells) const {
    return cells[schema.epoch_cell()].raw_integer() > schema.epoch();
  }
  /// One row of a statement that returns "the columns of a row".
  [[nodiscard]] Entity entity_from(const internal::Schema& schema, const Row& cells, internal::Form form) const;
  [[nodiscard]] Entity history_from(const internal::Schema& schema, const Row& cells, internal::Form form) const;

  // Parts of changes, inside a transaction. What they await lives in the awaiting frame.
  task<void> add_history(const internal::Schema& schema, std::string_view operation,
                         const std::optional<std::string>& user, const std::optional<std::string>& comment,
                         std::int64_t version_step, Deadline deadline);
  task<void> continue_history(const internal::Schema& schema, const std::string& id, Deadline deadline);
  task<bool> store(internal::KnownSchema& known, const internal::EntityInput& input, const SaveOptions& options,
                   Deadline deadline);
  task<void> explain_refusal(const internal::Schema& schema, const internal::EntityInput& input,
                             const SaveOptions& options, Deadline deadline);
  task<std::vector<Entity>> store_all(internal::KnownSchema& known, const std::vector<internal::EntityInput>& inputs,
                                      const SaveOptions& options, Deadline deadline);
  task<bool> close_row(const internal::Schema& schema, const std::string& id, const DeleteOptions& options,
                       Deadline deadline);
  task<bool> change_row(const internal::Schema& schema, const std::string& id, const StatementText& statement,
                        std::string_view operation, const std::optional<std::string>& user,
                        const std::optional<std::string>& comment, Deadline deadline);
  task<bool> erase_row(const internal::Schema& schema, const std::string& id, const RestoreOptions& options,
                       Deadline deadline);

 private:
  [[nodiscard]] std::vector<Value> values_from(const internal::Schema& schema, const Row& cells, internal::Form form,
                                               std::size_t more) const;
};

/// How often a flow starts again with a newer schema. Each time another writer changed it in between.
inline constexpr int most_schema_retries = 10;

}  // namespace dalia
