/// The errors of dalia. All derive from dalia::Error, which carries the facts; a class of its own exists only where a
/// caller would act differently. No error ever holds a bound value or a password.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "dalia/core/export.hpp"

namespace dalia {

/// Where in a statement an error was found. Lines and columns count from 1, columns in bytes.
struct Position {
  std::size_t offset = 0;
  std::size_t line = 1;
  std::size_t column = 1;

  friend bool operator==(const Position&, const Position&) = default;
};

/// The facts an error carries besides its message. Every member may be empty.
struct ErrorFacts {
  std::string backend;           ///< "sqlite", "postgres", "mysql" or a registered name
  std::string statement;         ///< the text as the caller wrote it, without bound values
  std::string sqlstate;          ///< five characters where the server has them
  std::int64_t native_code = 0;  ///< SQLite's extended result code, the server's error number
  bool has_position = false;
  Position position{};
  bool retryable = false;        ///< running the same work again may succeed
  bool undone = false;           ///< the server itself says that what ran did not happen
  bool outcome_unknown = false;  ///< the server may or may not have done it
  bool stale_statement = false;  ///< only the prepared statement was too old: running it again at once succeeds
};

/// Base of every exception dalia throws. Copying never throws. Thread-safe to read.
class DALIA_EXPORT Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ErrorFacts facts = ErrorFacts());
  ~Error() override;
  Error(const Error&) noexcept = default;
  Error& operator=(const Error&) noexcept = default;

  [[nodiscard]] const std::string& backend() const noexcept { return facts_->backend; }
  [[nodiscard]] const std::string& statement() const noexcept { return facts_->statement; }
  [[nodiscard]] const std::string& sqlstate() const noexcept { return facts_->sqlstate; }
  [[nodiscard]] std::int64_t native_code() const noexcept { return facts_->native_code; }
  /// Null where the error has no place in the statement.
  [[nodiscard]] const Position* position() const noexcept { return facts_->has_position ? &facts_->position : nullptr; }
  [[nodiscard]] bool is_retryable() const noexcept { return facts_->retryable; }
  [[nodiscard]] bool outcome_unknown() const noexcept { return facts_->outcome_unknown; }
  [[nodiscard]] const ErrorFacts& facts() const noexcept { return *facts_; }

 private:
  std::shared_ptr<const ErrorFacts> facts_;
};

/// The session is unusable: it could not be opened, or the link is gone.
class DALIA_EXPORT ConnectionError : public Error {
 public:
  using Error::Error;
  ~ConnectionError() override;
};

/// The server refused the credentials.
class DALIA_EXPORT AuthenticationError : public ConnectionError {
 public:
  using ConnectionError::ConnectionError;
  ~AuthenticationError() override;
};

/// The engine refused the statement.
class DALIA_EXPORT QueryError : public Error {
 public:
  using Error::Error;
  ~QueryError() override;
};

enum class ConstraintKind { Unique, ForeignKey, NotNull, Check };

/// A row would have broken a constraint. Names are empty where the engine does not tell them.
class DALIA_EXPORT ConstraintViolation : public QueryError {
 public:
  ConstraintViolation(const std::string& message, ConstraintKind kind, std::string constraint, std::string table,
                      std::string column, ErrorFacts facts);
  ~ConstraintViolation() override;

  [[nodiscard]] ConstraintKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& constraint() const noexcept { return constraint_; }
  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  [[nodiscard]] const std::string& column() const noexcept { return column_; }

 private:
  ConstraintKind kind_;
  std::string constraint_;
  std::string table_;
  std::string column_;
};

/// A conflict with other work (a lock, a serialization failure): run the transaction again.
class DALIA_EXPORT TransientError : public Error {
 public:
  using Error::Error;
  ~TransientError() override;
};

/// The link died while a write or COMMIT was on its way: it may or may not have happened.
class DALIA_EXPORT OutcomeUnknown : public Error {
 public:
  using Error::Error;
  ~OutcomeUnknown() override;
};

enum class TimeoutPhase { Acquire, Connect, Query };

/// The deadline passed. What ran was stopped; a transaction that was open before stays open, except where SQLite rolls
/// it back because a write in it was stopped, which the message then says.
class DALIA_EXPORT TimeoutError : public Error {
 public:
  TimeoutError(const std::string& message, TimeoutPhase phase, ErrorFacts facts = ErrorFacts());
  ~TimeoutError() override;

  [[nodiscard]] TimeoutPhase phase() const noexcept { return phase_; }

 private:
  TimeoutPhase phase_;
};

/// The caller cancelled the operation. What ran was stopped and undone as after any other error; a transaction that was
/// open before stays open, except where an engine rolls it back because a write in it was stopped.
class DALIA_EXPORT CancelledError : public Error {
 public:
  using Error::Error;
  ~CancelledError() override;
};

class DALIA_EXPORT CircuitOpen : public Error {
 public:
  using Error::Error;
  ~CircuitOpen() override;
};

class DALIA_EXPORT PoolClosed : public Error {
 public:
  using Error::Error;
  ~PoolClosed() override;
};

/// The portable SQL cannot be read safely or has no equal on the target. position() says where.
class DALIA_EXPORT TranslationError : public Error {
 public:
  using Error::Error;
  /// @param reason  what is wrong, without the position; the message adds line and column.
  TranslationError(std::string_view reason, std::string_view statement, Position position);
  ~TranslationError() override;
};

/// The call itself is wrong: bad configuration, a bad name, a connection used twice at once.
class DALIA_EXPORT UsageError : public Error {
 public:
  using Error::Error;
  ~UsageError() override;
};

/// Base of what the entity framework refuses; the stored data is as it was.
class DALIA_EXPORT EntityError : public Error {
 public:
  EntityError(const std::string& message, std::string entity, ErrorFacts facts = ErrorFacts());
  ~EntityError() override;

  [[nodiscard]] const std::string& entity() const noexcept { return entity_; }

 private:
  std::string entity_;
};

/// expected_version did not match. current() is 0 where the id does not exist.
class DALIA_EXPORT VersionConflict : public EntityError {
 public:
  VersionConflict(std::string entity, std::string id, std::int64_t expected, std::int64_t current);
  ~VersionConflict() override;

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] std::int64_t expected() const noexcept { return expected_; }
  [[nodiscard]] std::int64_t current() const noexcept { return current_; }

 private:
  std::string id_;
  std::int64_t expected_;
  std::int64_t current_;
};

/// The id is soft-deleted; save with revive(), or restore it first.
class DALIA_EXPORT EntityDeleted : public EntityError {
 public:
  EntityDeleted(std::string entity, std::string id);
  ~EntityDeleted() override;

  [[nodiscard]] const std::string& id() const noexcept { return id_; }

 private:
  std::string id_;
};

/// A value does not fit the kind of its field, and no lossless conversion exists.
class DALIA_EXPORT TypeConflict : public EntityError {
 public:
  TypeConflict(std::string entity, std::string field, std::string column_kind, std::string value_kind,
               std::string_view advice = std::string_view());
  ~TypeConflict() override;

  [[nodiscard]] const std::string& field() const noexcept { return field_; }
  [[nodiscard]] const std::string& column_kind() const noexcept { return column_kind_; }
  [[nodiscard]] const std::string& value_kind() const noexcept { return value_kind_; }

 private:
  std::string field_;
  std::string column_kind_;
  std::string value_kind_;
};

/// A field the entity does not have: in a filter, or in a save when the schema is frozen.
class DALIA_EXPORT UnknownField : public EntityError {
 public:
  UnknownField(std::string entity, std::string field, std::string_view advice = std::string_view());
  ~UnknownField() override;

  [[nodiscard]] const std::string& field() const noexcept { return field_; }

 private:
  std::string field_;
};

}  // namespace dalia
