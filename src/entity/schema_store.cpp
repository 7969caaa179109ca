#include "entity/schema_store.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "dalia/core/error.hpp"
#include "entity/names.hpp"
#include "generators/entity_columns.hpp"

namespace dalia::internal {
namespace {

EntityField field_from(const Row& row) {
  EntityField field;
  field.name = row.get<std::string>(0);
  auto kind = row.get<std::string>(1);
  field.is_extra = kind.starts_with(extra_prefix);
  if (field.is_extra) {
    kind.erase(0, extra_prefix.size());
  }
  if (kind != unknown_kind) {
    field.kind = kind_from(kind);
    if (!field.kind) {
      throw EntityError(
          fmt::format("field '{}' has the kind '{}', which this version does not know; a newer version wrote it",
                      field.name, kind),
          std::string());
    }
  }
  field.serializer = row.get<std::optional<std::string>>(2).value_or(std::string());
  field.since_epoch = row.get<std::int64_t>(3);
  return field;
}

[[noreturn]] void refuse_foreign(const std::string& entity, std::string_view difference) {
  throw EntityError(
      fmt::format("'{}' is the name of a table that does not hold entities: those also have {} and {}, {}; "
                  "choose another name, or use execute",
                  entity, metadata_table(entity), history_table(entity), difference),
      entity);
}

}  // namespace

KnownSchema* SchemaStore::known(const std::string& entity) {
  follow_transaction();
  if (!private_.empty()) {
    if (const auto found = private_.find(entity); found != private_.end()) {
      return &found->second;
    }
  }
  SchemaCache& cache = context_.schemas();
  if (generation_ != cache.generation()) {
    generation_ = cache.generation();
    shared_.clear();
    on_.forget_statements();
  }
  if (const auto found = shared_.find(entity); found != shared_.end()) {
    return &found->second;
  }
  std::shared_ptr<const Schema> schema = cache.find(entity);
  if (!schema) {
    return nullptr;
  }
  KnownSchema& kept = shared_[entity];
  kept.schema = std::move(schema);
  return &kept;
}

void SchemaStore::follow_transaction() {
  const std::uint64_t serial = on_.in_transaction() ? on_.transaction_serial() : 0;
  if (serial_ != serial) {
    end_transaction();
    serial_ = serial;
  }
}

void SchemaStore::note_use(const std::string& entity) {
  if (!has_transactional_ddl() && on_.in_transaction()) {
    used_.insert(entity);
  }
}

/// Whether it committed is not known here, so what it looked at is read again.
void SchemaStore::end_transaction() {
  if (!private_.empty()) {
    on_.forget_statements();
  }
  for (const auto& [entity, schema] : private_) {
    shared_.erase(entity);
    context_.schemas().drop(entity);
  }
  private_.clear();
  used_.clear();
  spilled_.clear();
}

KnownSchema* SchemaStore::keep(std::shared_ptr<const Schema> schema) {
  const std::string entity = schema->entity();
  follow_transaction();
  if (is_private(entity)) {
    KnownSchema& kept = private_[entity];
    kept.schema = std::move(schema);
    kept.writes.clear();
    return &kept;
  }
  std::shared_ptr<const Schema> held = context_.schemas().put(std::move(schema));
  KnownSchema& kept = shared_[entity];
  if (kept.schema != held) {
    kept.schema = std::move(held);
    kept.writes.clear();
  }
  return &kept;
}

task<KnownSchema*> SchemaStore::find(std::string entity, Deadline deadline) {
  if (KnownSchema* schema = known(entity)) {
    co_return schema;
  }
  check_entity_name(entity);
  auto loading = load(entity, deadline);
  std::shared_ptr<const Schema> schema = co_await loading;
  co_return schema ? keep(std::move(schema)) : nullptr;
}

task<KnownSchema*> SchemaStore::reload(std::string entity, Deadline deadline) {
  check_entity_name(entity);
  private_.erase(entity);
  on_.forget_statements();
  auto loading = load(entity, deadline);
  std::shared_ptr<const Schema> schema = co_await loading;
  if (!schema && !is_private(entity)) {
    shared_.erase(entity);
    context_.schemas().drop(entity);
  }
  co_return schema ? keep(std::move(schema)) : nullptr;
}

task<std::shared_ptr<const Schema>> SchemaStore::load(std::string entity, Deadline deadline) {
  const SqlEntityGenerator& generator = context_.generator();
  const std::array<std::string, 3> tables = {entity, metadata_table(entity), history_table(entity)};
  std::array<ValueRef, 3> names;
  std::transform(tables.begin(), tables.end(), names.begin(), [](const std::string& name) { return ValueRef(name); });
  const StatementText existing(generator.generator().convert_query_to_native(generator.get_existing_tables_sql()).text);
  ResultSet rows;
  co_await on_.execute(existing, std::span<const ValueRef>(names), deadline, rows);
  if (!rows.empty() && rows.size() != tables.size() && !has_transactional_ddl()) {
    // Perhaps somebody publishes them just now, under the lock.
    std::exception_ptr failure;
    try {
      auto locking = lock(entity, deadline);
      co_await locking;
      co_await on_.execute(existing, std::span<const ValueRef>(names), deadline, rows);
    } catch (...) {
      failure = std::current_exception();
    }
    auto unlocking = unlock(entity);
    co_await unlocking;
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
  if (rows.empty()) {
    co_return nullptr;
  }
  if (rows.size() != tables.size()) {
    refuse_foreign(entity, fmt::format("and only {} of these tables exist", rows.size()));
  }
  const StatementText metadata(generator.get_metadata_sql(entity));
  try {
    co_await on_.execute(metadata, std::span<const ValueRef>(), deadline, rows);
  } catch (const QueryError&) {
    refuse_foreign(entity, "which has other columns");
  }
  std::int64_t epoch = first_epoch;
  std::vector<EntityField> fields;
  for (const Row row : rows) {
    fields.push_back(field_from(row));
    epoch = std::max(epoch, row.get<std::int64_t>(4));
  }
  co_return std::make_shared<const Schema>(generator, std::move(entity), epoch, std::move(fields));
}

}  // namespace dalia::internal
