#include "connections/sqlite/error_map.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sqlite3.h>

namespace dalia::internal::sqlite {
namespace {

struct Entry {
  int code;
  ErrorMeaning meaning;
};

constexpr ErrorMeaning violates(ConstraintKind kind) {
  return {ErrorClass::Constraint, kind, ""};
}
constexpr ErrorMeaning fails(std::string_view advice) {
  return {ErrorClass::Query, ConstraintKind::Check, advice};
}
constexpr ErrorMeaning conflicts(std::string_view advice) {
  return {ErrorClass::Transient, ConstraintKind::Check, advice};
}
constexpr ErrorMeaning breaks(std::string_view advice) {
  return {ErrorClass::Connection, ConstraintKind::Check, advice};
}

constexpr std::string_view run_again = "run the transaction again";

/// Extended codes first; a code that is not listed means what its primary code means.
constexpr Entry entries[] = {
    {SQLITE_CONSTRAINT_UNIQUE, violates(ConstraintKind::Unique)},
    {SQLITE_CONSTRAINT_PRIMARYKEY, violates(ConstraintKind::Unique)},
    {SQLITE_CONSTRAINT_ROWID, violates(ConstraintKind::Unique)},
    {SQLITE_CONSTRAINT_FOREIGNKEY, violates(ConstraintKind::ForeignKey)},
    {SQLITE_CONSTRAINT_NOTNULL, violates(ConstraintKind::NotNull)},
    {SQLITE_CONSTRAINT_CHECK, violates(ConstraintKind::Check)},
    {SQLITE_CONSTRAINT_DATATYPE, violates(ConstraintKind::Check)},
    {SQLITE_CONSTRAINT_TRIGGER, fails("a trigger refused it")},
    {SQLITE_CONSTRAINT, fails("")},
    {SQLITE_BUSY_SNAPSHOT, conflicts("another connection wrote after this transaction had begun to read; begin "
                                     "transactions that write with begin_transaction(), or run it again")},
    {SQLITE_BUSY, conflicts("{} is locked by another connection; run the transaction again")},
    {SQLITE_LOCKED, conflicts("another statement of this process uses the table; run the transaction again")},
    {SQLITE_PROTOCOL, conflicts(run_again)},
    {SQLITE_SCHEMA, conflicts("the schema changed; run it again")},
    {SQLITE_READONLY_DBMOVED, breaks("{} was moved or replaced while it was open; connect again")},
    {SQLITE_READONLY, fails("{} or its folder is read-only, or it was opened with mode=ro; check the permissions")},
    {SQLITE_FULL, fails("no space left for {}; the statement was undone: free some space and run it again")},
    {SQLITE_IOERR_NOMEM, fails("out of memory")},
    {SQLITE_IOERR_WRITE, fails("{} could not be written; check the disk and its free space")},
    {SQLITE_IOERR, breaks("reading or writing {} failed; check the disk")},
    {SQLITE_CORRUPT_INDEX, fails("an index of {} is damaged; run REINDEX")},
    {SQLITE_CORRUPT, breaks("{} is damaged; restore it from a copy, or try the .recover command of the sqlite3 shell")},
    {SQLITE_NOTADB, breaks("{} is not an SQLite database, or it is encrypted; check the path")},
    {SQLITE_CANTOPEN, fails("{} or a file beside it cannot be opened; check path, permissions and free space")},
    {SQLITE_PERM, fails("access to {} was refused; check the permissions")},
    {SQLITE_AUTH, fails("the authorizer of this connection refused it")},
    {SQLITE_TOOBIG, fails("a text, blob or statement is larger than SQLite allows")},
    {SQLITE_MISMATCH, fails("an INTEGER PRIMARY KEY takes only integers")},
    {SQLITE_NOMEM, fails("out of memory")},
    {SQLITE_INTERRUPT, fails("the statement was stopped by interrupt()")},
    {SQLITE_ABORT_ROLLBACK, fails("the transaction was rolled back while its rows were read; read them again")},
    {SQLITE_NOLFS, fails("the file system does not take files as large as {}")},
    {SQLITE_RANGE, fails("")},
    {SQLITE_MISUSE, fails("the connection was used wrongly, for example through native_handle()")},
};

std::string subject(std::string_view file) {
  return file.empty() ? "the database" : std::string(file);
}

std::string advice_for(const ErrorMeaning& meaning, std::string_view file) {
  const std::size_t hole = meaning.advice.find("{}");
  if (hole == std::string_view::npos) {
    return std::string(meaning.advice);
  }
  return fmt::format("{}{}{}", meaning.advice.substr(0, hole), subject(file), meaning.advice.substr(hole + 2));
}

std::string message_of(const NativeError& error, const ErrorMeaning& meaning) {
  std::string message = error.message;
  for (const std::string& part : {advice_for(meaning, error.file), std::string(error.note)}) {
    if (!part.empty()) {
      message += message.empty() ? "" : "; ";
      message += part;
    }
  }
  return message;
}

}  // namespace

ErrorMeaning meaning_of(int code) noexcept {
  for (const int wanted : {code, code & 0xff}) {
    const auto* found =
        std::find_if(std::begin(entries), std::end(entries), [&](const Entry& entry) { return entry.code == wanted; });
    if (found != std::end(entries)) {
      return found->meaning;
    }
  }
  return ErrorMeaning();
}

ConstraintPlace place_in(std::string_view message, ConstraintKind kind) {
  constexpr std::string_view mark = "constraint failed: ";
  const std::size_t at = message.find(mark);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view what = message.substr(at + mark.size());
  if (kind == ConstraintKind::Check) {
    return {std::string(what), "", ""};
  }
  constexpr std::string_view index_mark = "index '";  // of an index on an expression
  if (what.starts_with(index_mark)) {
    return {std::string(what.substr(index_mark.size(), what.rfind('\'') - index_mark.size())), "", ""};
  }
  const std::string_view first = what.substr(0, what.find(", "));
  const std::size_t point = first.find('.');
  if (point == std::string_view::npos) {
    return {"", std::string(first), ""};
  }
  return {"", std::string(first.substr(0, point)), std::string(first.substr(point + 1))};
}

Position position_at(std::string_view text, std::size_t offset) noexcept {
  Position position;
  position.offset = std::min(offset, text.size());
  for (const char character : text.substr(0, position.offset)) {
    position.column = character == '\n' ? 1 : position.column + 1;
    position.line += character == '\n' ? 1 : 0;
  }
  return position;
}

std::string without_quoted(std::string_view message) {
  const std::size_t first = message.find_first_of("'\"");
  if (first == std::string_view::npos) {
    return std::string(message);
  }
  // To the last quote, for the value may hold quotes itself.
  const std::size_t last = message.find_last_of("'\"");
  const std::string_view rest = last > first ? message.substr(last + 1) : "";
  return fmt::format("{}'...'{}", message.substr(0, first), rest);
}

ErrorFacts facts_of(const NativeError& error) {
  ErrorFacts facts;
  facts.backend = "sqlite";
  facts.statement = error.statement;
  facts.native_code = error.code;
  facts.retryable = meaning_of(error.code).error_class == ErrorClass::Transient;
  if (error.offset >= 0) {
    facts.has_position = true;
    facts.position = position_at(error.statement, static_cast<std::size_t>(error.offset));
  }
  return facts;
}

void throw_error(const NativeError& error) {
  const ErrorMeaning meaning = meaning_of(error.code);
  const std::string message = message_of(error, meaning);
  ErrorFacts facts = facts_of(error);
  switch (meaning.error_class) {
    case ErrorClass::Constraint: {
      ConstraintPlace place = place_in(error.message, meaning.constraint);
      throw ConstraintViolation(message, meaning.constraint, std::move(place.constraint), std::move(place.table),
                                std::move(place.column), std::move(facts));
    }
    case ErrorClass::Transient:
      throw TransientError(message, std::move(facts));
    case ErrorClass::Connection:
      throw ConnectionError(message, std::move(facts));
    case ErrorClass::Query:
      break;
  }
  throw QueryError(message, std::move(facts));
}

}  // namespace dalia::internal::sqlite
