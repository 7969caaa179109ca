// The part of SchemaStore that changes tables: its locks, and the order of its steps.
#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/schema_store.hpp"
#include "entity/transaction_scope.hpp"

namespace dalia::internal {
namespace {

/// How often a change starts again because another one came first.
constexpr int most_attempts = 10;

bool has_extra(const std::vector<EntityField>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const EntityField& field) { return field.is_extra; });
}

}  // namespace

/// Where DDL is no part of a transaction: with locks that stand for one. Each step leaves tables that can be used, and
/// can be done again.
task<std::shared_ptr<const Schema>> SchemaStore::change_under_locks(std::string entity,
                                                                    std::span<const Entity> entities,
                                                                    Deadline deadline) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    std::exception_ptr failure;
    std::shared_ptr<const Schema> changed;
    try {
      auto changing = change(entity, entities, deadline);
      changed = co_await changing;
    } catch (const StaleSchema&) {
      changed = nullptr;
    } catch (...) {
      failure = std::current_exception();
    }
    auto unlocking = unlock(entity);
    co_await unlocking;
    if (failure) {
      std::rethrow_exception(failure);
    }
    if (changed) {
      co_return changed;
    }
  }
  throw TransientError(fmt::format("the schema of '{}' keeps changing; try again", entity));
}

task<void> SchemaStore::lock(std::string entity, Deadline deadline) {
  const StatementText statement(context_.generator().get_lock_schema_sql(entity));
  if (statement.text().empty()) {
    co_return;
  }
  ResultSet answer;
  co_await on_.execute(statement, std::span<const ValueRef>(), deadline, answer);
  if (!answer.empty() && answer.front()[std::size_t{0}] == ValueRef(std::int64_t{0})) {
    throw TransientError(fmt::format("somebody else is changing the tables of '{}'; try again", entity));
  }
}

/// What fails here is dropped: locks end with their connection, which is then lost.
task<void> SchemaStore::unlock(std::string entity) {
  for (const std::string& statement : context_.generator().get_unlock_schema_sql(entity)) {
    try {
      auto unlocking = run(statement, Deadline::for_cleanup());
      co_await unlocking;
    } catch (const Error&) {
      continue;
    }
  }
}

task<bool> SchemaStore::run_all(std::span<const std::string> statements, Deadline deadline) {
  for (const std::string& statement : statements) {
    auto running = run(statement, deadline);
    co_await running;
  }
  co_return true;
}

task<bool> SchemaStore::record(std::shared_ptr<const Schema> schema, std::span<const std::string> statements,
                               Deadline deadline) {
  auto checking = require_unchanged(std::move(schema), deadline);
  co_await checking;
  auto running = run_all(statements, deadline);
  co_await running;
  co_return true;
}

task<void> SchemaStore::require_unchanged(std::shared_ptr<const Schema> schema, Deadline deadline) {
  const StatementText statement(context_.generator().get_lock_metadata_sql(schema->entity()));
  ResultSet newest;
  co_await on_.execute(statement, std::span<const ValueRef>(), deadline, newest);
  if (newest.front().get<std::optional<std::int64_t>>(0).value_or(first_epoch) != schema->epoch()) {
    throw StaleSchema();
  }
}

task<void> SchemaStore::run(std::string statement, Deadline deadline) {
  if (statement.empty()) {
    co_return;
  }
  ResultSet ignored;
  const StatementText text(std::move(statement));
  co_await on_.execute(text, std::span<const ValueRef>(), deadline, ignored);
}

/// Inside a transaction that holds the write lock, so that what is read now is what gets changed.
task<std::shared_ptr<const Schema>> SchemaStore::change(std::string entity, std::span<const Entity> entities,
                                                        Deadline deadline) {
  const SqlEntityGenerator& generator = context_.generator();
  auto locking_schema = lock(entity, deadline);
  co_await locking_schema;
  auto loading = load(entity, deadline);
  std::shared_ptr<const Schema> schema = co_await loading;
  SchemaChange needed = required_change(schema.get(), entity, entities, capabilities());
  if (schema && schema->has_extra() && (entities.empty() || has_extra(needed.widened))) {
    auto settling = settle_locked(std::move(schema), deadline);
    schema = co_await settling;
    needed = required_change(schema.get(), entity, entities, capabilities());
  }
  if (needed.is_empty()) {
    co_return schema;
  }
  const bool locks_tables = !needed.widened.empty();
  if (locks_tables) {
    auto locking = run(generator.get_lock_tables_sql(entity), deadline);
    co_await locking;
    if (!has_transactional_ddl()) {
      auto comparing = require_unchanged(schema, deadline);
      co_await comparing;
    }
  }
  auto checking = refuse_inexact(entity, needed.widened, deadline);
  co_await checking;
  const std::int64_t epoch = next_epoch(schema.get());
  const ChangeSteps steps = change_steps(generator, entity, needed, epoch);
  auto running = run_all(steps.tables, deadline);
  co_await running;
  // All of it or nothing, or a reader would take a part for the whole; what is not published yet nobody reads.
  if (has_transactional_ddl() || locks_tables || needed.creates) {
    auto recording = run_all(steps.metadata, deadline);
    co_await recording;
  } else {
    auto body = [&] { return record(schema, steps.metadata, deadline); };
    auto recording = within_transaction(on_, generator.transactions(), deadline, body);
    co_await recording;
  }
  auto publishing = run(steps.publish, deadline);
  co_await publishing;
  std::vector<EntityField> fields = fields_after(schema.get(), needed, epoch);
  co_return std::make_shared<const Schema>(generator, std::move(entity), epoch, std::move(fields));
}

/// With the tables locked, so that nobody writes to _extra meanwhile: who does has read the metadata before, in the
/// same transaction.
task<std::shared_ptr<const Schema>> SchemaStore::settle_locked(std::shared_ptr<const Schema> schema,
                                                               Deadline deadline) {
  const SqlEntityGenerator& generator = context_.generator();
  const std::string& entity = schema->entity();
  auto locking = run(generator.get_lock_tables_sql(entity), deadline);
  co_await locking;
  auto comparing = require_unchanged(schema, deadline);
  co_await comparing;
  const SchemaChange change = settling_change(*schema);
  const std::int64_t epoch = next_epoch(schema.get());
  ChangeSteps steps = change_steps(generator, entity, change, epoch);
  auto adding = run_all(steps.tables, deadline);
  co_await adding;
  std::vector<std::string> moves = generator.get_settle_extra_sql(entity, columns_of(change.added), epoch);
  std::move(steps.metadata.begin(), steps.metadata.end(), std::back_inserter(moves));
  auto body = [&] { return run_all(moves, deadline); };
  auto moving = within_transaction(on_, generator.transactions_under_locks(), deadline, body);
  co_await moving;
  co_return std::make_shared<const Schema>(generator, entity, epoch, fields_after(schema.get(), change, epoch));
}

/// An integer beyond 2^53 would change when its column becomes one of doubles.
task<void> SchemaStore::refuse_inexact(std::string entity, std::span<const EntityField> widened, Deadline deadline) {
  ResultSet inexact;
  for (const EntityField& field : widened) {
    if (field.kind != Kind::Double) {
      continue;
    }
    const StatementText search(context_.generator().get_inexact_integers_sql(entity, field.name));
    co_await on_.execute(search, std::span<const ValueRef>(), deadline, inexact);
    if (!inexact.empty()) {
      throw TypeConflict(entity, field.name, std::string(kind_name(Kind::Int64)), std::string(kind_name(Kind::Double)),
                         "it holds integers beyond 2^53, which a double would change; send a decimal");
    }
  }
}

}  // namespace dalia::internal
