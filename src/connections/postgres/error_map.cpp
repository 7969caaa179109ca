#include "connections/postgres/error_map.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace dalia::internal::postgres {
namespace {

struct Entry {
  std::string_view sqlstate;  ///< a code, or the two characters of a class
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
constexpr ErrorMeaning refuses(std::string_view advice) {
  return {ErrorClass::Authentication, ConstraintKind::Check, advice};
}

constexpr std::string_view run_again = "run the transaction again";
constexpr std::string_view connect_again = "connect again";

constexpr Entry entries[] = {
    {"23505", violates(ConstraintKind::Unique)},
    {"23P01", violates(ConstraintKind::Unique)},
    {"23503", violates(ConstraintKind::ForeignKey)},
    {"23001", violates(ConstraintKind::ForeignKey)},
    {"23502", violates(ConstraintKind::NotNull)},
    {"23514", violates(ConstraintKind::Check)},
    {"40001", conflicts(run_again)},
    {"40P01", conflicts(run_again)},
    {"55P03", conflicts("another transaction holds the lock; run the transaction again")},
    {"55006", conflicts("the object is in use; run it again")},
    {"0A000", fails("")},
    {"25006", fails("the server or the transaction is read-only; connect to the primary")},
    {"25P02", fails("an earlier statement of this transaction failed; roll back, or use savepoints")},
    {"25P03", breaks("the transaction was idle for too long and was ended")},
    {"25P04", breaks("the transaction took too long and was ended")},
    {"57014", fails("the statement was stopped")},
    {"57P01", breaks("the server is being restarted; connect again")},
    {"57P02", breaks("the server crashed and recovers; connect again")},
    {"57P03", breaks("the server is starting or stopping; try again in a moment")},
    {"57P04", breaks("the database was dropped")},
    {"57P05", breaks("the connection was idle for too long; connect again")},
    {"53300", breaks("the server has no free connection; close some, or raise max_connections")},
    {"53100", fails("the server's disk is full: free some space and run it again")},
    {"53200", fails("the server is out of memory")},
    {"28000", refuses("check user, database and the server's pg_hba.conf")},
    {"28P01", refuses("check user and password")},
    {"3D000", breaks("create the database first, or check its name")},
    {"42P18", fails("give the parameter a type, for example CAST(? AS integer)")},
    {"42601", fails("")},
    {"42501", fails("ask for the privilege, or connect as another user")},
    {"08", breaks(connect_again)},
    {"58", fails("the server's machine has a problem; see its log")},
};

std::string_view field(const PGresult* result, int code) noexcept {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// Messages about data quote it ("invalid input syntax for type integer: ..."). What stands in quotes may be a value,
/// and what follows a colon too.
std::string without_values(std::string_view sqlstate, std::string_view message) {
  if (!sqlstate.starts_with("22") && !sqlstate.starts_with("XX") && !sqlstate.starts_with("P0")) {
    return std::string(message);
  }
  const std::size_t first = message.find('"');
  if (first == std::string_view::npos) {
    return std::string(message);
  }
  const std::size_t last = message.rfind('"');
  const std::string_view rest = last > first ? message.substr(last + 1) : "";
  return fmt::format("{}\"...\"{}", message.substr(0, first), rest);
}

/// PostgreSQL counts characters from 1; dalia counts bytes.
Position position_of(std::string_view text, std::size_t character) noexcept {
  Position position;
  std::size_t count = 0;
  for (const char byte : text) {
    const bool begins_character = (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
    count += begins_character ? 1 : 0;
    if (count >= character) {
      break;
    }
    ++position.offset;
    position.column = byte == '\n' ? 1 : position.column + 1;
    position.line += byte == '\n' ? 1 : 0;
  }
  return position;
}

ErrorFacts facts_from(const PGresult* result, const std::string& statement) {
  ErrorFacts facts = facts_of(statement);
  facts.sqlstate = field(result, PG_DIAG_SQLSTATE);
  facts.retryable = meaning_of(facts.sqlstate).error_class == ErrorClass::Transient;
  facts.undone = is_undone(facts.sqlstate);
  const std::string_view at = field(result, PG_DIAG_STATEMENT_POSITION);
  std::size_t character = 0;
  if (!at.empty() && std::from_chars(at.data(), at.data() + at.size(), character).ec == std::errc()) {
    facts.has_position = true;
    facts.position = position_of(statement, character);
  }
  return facts;
}

std::string message_from(const PGresult* result, const ErrorMeaning& meaning) {
  const std::string_view sqlstate = field(result, PG_DIAG_SQLSTATE);
  std::string message = without_values(sqlstate, field(result, PG_DIAG_MESSAGE_PRIMARY));
  const bool hint_is_safe = !sqlstate.starts_with("22") && !sqlstate.starts_with("P0");
  const std::string_view hint = hint_is_safe ? field(result, PG_DIAG_MESSAGE_HINT) : "";
  if (sqlstate == "42601" && message.find("multiple commands") != std::string::npos) {
    message += "; run one statement at a time";
  }
  for (const std::string_view part : {meaning.advice, hint}) {
    if (!part.empty()) {
      message += "; ";
      message += part;
    }
  }
  return message;
}

}  // namespace

ErrorMeaning meaning_of(std::string_view sqlstate) noexcept {
  for (const std::string_view wanted : {sqlstate, sqlstate.substr(0, 2)}) {
    const auto* found = std::find_if(std::begin(entries), std::end(entries),
                                     [&](const Entry& entry) { return entry.sqlstate == wanted; });
    if (found != std::end(entries)) {
      return found->meaning;
    }
  }
  return ErrorMeaning();
}

bool is_undone(std::string_view sqlstate) noexcept {
  // After a crash of the server a COMMIT may have come through.
  return !sqlstate.empty() && sqlstate != "57P02";
}

bool is_stale_statement(const PGresult* result) noexcept {
  const std::string_view sqlstate = field(result, PG_DIAG_SQLSTATE);
  // 0A000 alone also says "not supported"; the routine's name does not depend on the server's language.
  return sqlstate == "26000" ||
         (sqlstate == "0A000" && field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery");
}

ErrorFacts facts_of(const std::string& statement) {
  ErrorFacts facts;
  facts.backend = "postgres";
  facts.statement = statement;
  return facts;
}

void throw_error(const PGresult* result, const std::string& statement) {
  const ErrorMeaning meaning = meaning_of(field(result, PG_DIAG_SQLSTATE));
  const std::string message = message_from(result, meaning);
  ErrorFacts facts = facts_from(result, statement);
  if (is_stale_statement(result)) {
    facts.retryable = facts.stale_statement = true;
    throw TransientError(message + "; run the transaction again", std::move(facts));
  }
  switch (meaning.error_class) {
    case ErrorClass::Constraint:
      throw ConstraintViolation(message, meaning.constraint, std::string(field(result, PG_DIAG_CONSTRAINT_NAME)),
                                std::string(field(result, PG_DIAG_TABLE_NAME)),
                                std::string(field(result, PG_DIAG_COLUMN_NAME)), std::move(facts));
    case ErrorClass::Transient:
      throw TransientError(message, std::move(facts));
    case ErrorClass::Authentication:
      throw AuthenticationError(message, std::move(facts));
    case ErrorClass::Connection:
      throw ConnectionError(message, std::move(facts));
    case ErrorClass::Query:
      break;
  }
  throw QueryError(message, std::move(facts));
}

}  // namespace dalia::internal::postgres
