/// What an EntityFlow keeps between calls.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
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
#include "entity/transaction_scope.hpp"

namespace dalia {

using internal::StaleSchema;

/// When and in which transaction a change happens; one for all changes of a transaction.
struct ChangeStamp {
  Instant time;
  ValueRef cell;                 ///< the time as the engine stores it
  std::int64_t transaction = 0;  ///< history_tx
};

enum class SoftDelete { Delete, Restore };

struct EntityFlow::State {
  State(Executor& executor, EntityContext& entity_context)
      : on(executor), context(entity_context), schemas(executor, entity_context) {}

  Executor& on;
  EntityContext& context;
  internal::SchemaStore schemas;
  // Reused by every call, so that a warm save allocates next to nothing.
  ResultSet row;                     ///< as stored
  ResultSet other;                   ///< of statements whose rows do not matter for long
  std::vector<ValueRef> cells;       ///< "the columns of a row" as they will be; views row and the input
  std::vector<ValueRef> parameters;  ///< of the statement that runs

  [[nodiscard]] const TransactionSql& transactions() const { return context.generator().transactions(); }
  /// @throws TimeoutError where there is no time at all.
  [[nodiscard]] Deadline deadline(const std::optional<std::chrono::nanoseconds>& timeout) const;
  /// After an attempt that failed on an old schema, or with `refusal`: loads the schema for another one.
  /// @throws the refusal, if the schema was not to blame; TransientError after too many attempts.
  task<void> renew_schema(std::shared_ptr<const internal::Schema> tried, int attempt, std::exception_ptr refusal,
                          Deadline deadline);
  /// Whether an attempt failed because another writer had just added the row or the version; another attempt finds it.
  /// @throws TransientError after too many of them.
  [[nodiscard]] bool lost_race(const std::string& name, const std::exception_ptr& refusal, int attempt) const;
  /// For a statement that is a transaction of its own.
  void renew_stamp();
  /// Of the transaction that is open.
  [[nodiscard]] const ChangeStamp& stamp();
  [[nodiscard]] bool is_stale(const internal::Schema& schema, const Row& stored) const {
    return stored[schema.epoch_cell()].raw_integer() > schema.epoch();
  }
  /// @param columns  "the columns of a row".
  [[nodiscard]] Entity entity_from(const internal::Schema& schema, std::span<const ValueRef> columns,
                                   internal::Form form) const;
  [[nodiscard]] Entity history_from(const internal::Schema& schema, const Row& stored, internal::Form form) const;

  // Parts of changes, inside a transaction. References live in the awaiting frame.
  /// Reads the row under the lock into `row` and `cells`.  @return false where there is none.
  task<bool> lock_row(const internal::Schema& schema, const std::string& id, Deadline deadline);
  /// The transaction's time as a cell, valid until the next call, but always after that of the version before: times
  /// grow with versions even where the clock steps back.
  [[nodiscard]] ValueRef later_than(const ValueRef& earlier);
  /// @throws StaleSchema where the database knows another one.
  task<void> require_current(const internal::Schema& schema, Deadline deadline);
  /// The system columns of `cells` for one more version.
  void stamp_change(const internal::Schema& schema, const std::optional<std::string>& user);
  task<void> add_history(const internal::Schema& schema, std::string_view operation, ValueRef time,
                         const std::optional<std::string>& user, const std::optional<std::string>& comment,
                         Deadline deadline);
  /// Saves one and leaves it, as it is stored then, in `cells`.
  task<void> store(internal::KnownSchema& known, const internal::EntityInput& input, const SaveOptions& options,
                   Deadline deadline);
  [[nodiscard]] bool can_store_at_once(const internal::EntityInput& input, const SaveOptions& options) const;
  /// The same in one statement; of `cells` it leaves out what only other statements need. @return false where that did
  /// nothing.
  task<bool> store_at_once(internal::KnownSchema& known, const internal::EntityInput& input, const SaveOptions& options,
                           Deadline deadline);
  /// The same as a transaction of its own.
  task<bool> store_alone(internal::KnownSchema& known, const internal::EntityInput& input, const SaveOptions& options,
                         Deadline deadline);
  /// What is in `cells` after one of these.
  [[nodiscard]] Entity stored_entity(const internal::Schema& schema, const SaveOptions& options) const {
    return entity_from(schema, cells, options.deserializes() ? internal::Form::Typed : internal::Form::Stored);
  }
  task<std::vector<Entity>> store_all(internal::KnownSchema& known, const std::vector<internal::EntityInput>& inputs,
                                      const SaveOptions& options, Deadline deadline);
  task<bool> change_deleted_at(const internal::Schema& schema, const std::string& id, SoftDelete change,
                               const std::optional<std::string>& user, const std::optional<std::string>& comment,
                               Deadline deadline);
  task<bool> close_row(const internal::Schema& schema, const std::string& id, const DeleteOptions& options,
                       Deadline deadline);
  task<bool> erase_row(const internal::Schema& schema, const std::string& id, const RestoreOptions& options,
                       Deadline deadline);

 private:
  /// One row that a batch changes.
  struct Change {
    std::size_t place;  ///< among the inputs
    std::string_view operation;
    std::vector<ValueRef> cells;
  };

  /// `parameters` in the order of the statement (SaveSql); valid until the next call.
  [[nodiscard]] std::span<const ValueRef> placed(std::span<const std::size_t> places);
  /// `cells` of a row that one statement has saved. @param answer  what it returned of it.
  void take_saved(const internal::Schema& schema, const internal::EntityInput& input, std::span<const ValueRef> answer);
  /// Takes the given values into `cells`. @return whether one of them is new.
  bool merge(const internal::Schema& schema, const internal::EntityInput& input);
  /// The same for the fields in _extra.
  bool merge_extra(const internal::Schema& schema, const internal::EntityInput& input);
  /// `cells` of a row that was never there.
  void begin_row(const internal::Schema& schema, const internal::EntityInput& input,
                 const std::optional<std::string>& user);
  // To `parameters`, from `cells`.
  void add_changed_columns(const internal::Schema& schema, const internal::EntityInput& input);
  void add_inserted_columns(const internal::Schema& schema, const internal::EntityInput& input);
  void add_snapshot(std::string_view operation, ValueRef time, const std::optional<std::string>& user,
                    const std::optional<std::string>& comment);

  /// Saves a batch in one statement, and one by one those that it left alone.
  task<void> store_batch(internal::KnownSchema& known, const std::vector<internal::EntityInput>& inputs,
                         const std::vector<std::size_t>& batch, const SaveOptions& options, Deadline deadline,
                         std::vector<Entity>& saved);
  /// Saves a batch by statements that each run for all of its rows.
  task<void> store_together(internal::KnownSchema& known, const std::vector<internal::EntityInput>& inputs,
                            const std::vector<std::size_t>& batch, const SaveOptions& options, Deadline deadline,
                            std::vector<Entity>& saved);
  /// Reads the rows of a batch, as far as they are there, under their locks.
  task<void> lock_rows(internal::KnownSchema& known, const std::vector<internal::EntityInput>& inputs,
                       const std::vector<std::size_t>& batch, Deadline deadline, ResultSet& stored);
  /// Writes the rows of the changes with this operation.
  task<void> write_together(internal::KnownSchema& known, const std::vector<internal::EntityInput>& inputs,
                            const std::vector<Change>& changes, std::string_view operation, Deadline deadline);
  /// Takes up the histories that ids of new rows had before.
  task<void> continue_histories(internal::KnownSchema& known, const std::vector<internal::EntityInput>& inputs,
                                std::vector<Change>& changes, Deadline deadline);
  task<void> insert_row(internal::KnownSchema& known, const internal::EntityInput& input, const SaveOptions& options,
                        Deadline deadline);
  task<void> continue_history(const internal::Schema& schema, Deadline deadline);
  [[nodiscard]] std::vector<Value> values_from(const internal::Schema& schema, std::span<const ValueRef> columns,
                                               internal::Form form, std::size_t more) const;
  /// An instant as the engine stores it. @param text  what the result may view.
  [[nodiscard]] ValueRef cell_of(Instant time, std::string& text) const;

  std::uint64_t stamped_transaction_ = 0;
  ChangeStamp stamp_;
  std::string stamp_text_;
  std::string later_text_;
  std::string extra_text_;
  std::vector<ValueRef> placed_;  ///< of placed()
};

[[nodiscard]] inline ValueRef optional_text(const std::optional<std::string>& text) {
  return text ? ValueRef(std::string_view(*text)) : ValueRef();
}

/// Whether a part of a flow is all or nothing.
enum class Scope { Statement, Transaction };

/// Runs a part of a flow with the schema and, where that turns out to be old, again with the current one. An entity
/// without tables gives an empty result.
/// @param part  task<Result>(const Schema&); throws StaleSchema.
template <class Result, class Part>
task<Result> with_schema(EntityFlow::State& state, std::string name, Deadline deadline, Scope scope, Part& part) {
  for (int attempt = 0;; ++attempt) {
    auto finding = state.schemas.find(name, deadline);
    const internal::KnownSchema* known = co_await finding;
    if (known == nullptr) {
      co_return Result();
    }
    const std::shared_ptr<const internal::Schema> schema = known->schema;
    std::exception_ptr refusal;
    try {
      state.schemas.note_use(name);
      auto body = [&] { return part(*schema); };
      // A statement that fails would end the caller's transaction on some engines; the savepoint keeps it.
      const bool is_whole = scope == Scope::Transaction || state.schemas.is_in_doubt(name);
      auto running = is_whole ? internal::within_transaction(state.on, state.transactions(), deadline, body) : body();
      Result result = co_await running;
      co_return std::move(result);
    } catch (const StaleSchema&) {
      // Again with the current one.
    } catch (const QueryError&) {
      refusal = std::current_exception();
    } catch (const UnknownField&) {
      refusal = std::current_exception();
    }
    if (!state.lost_race(name, refusal, attempt)) {
      auto renewing = state.renew_schema(schema, attempt, refusal, deadline);
      co_await renewing;
    }
  }
}

}  // namespace dalia
