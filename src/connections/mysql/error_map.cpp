#include "connections/mysql/error_map.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "connections/first_word.hpp"

namespace dalia::internal::mysql {
namespace {

struct Entry {
  unsigned code;
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
constexpr ErrorMeaning stale = {ErrorClass::Stale, ConstraintKind::Check, "run the transaction again"};

constexpr std::string_view run_again = "run the transaction again";
constexpr std::string_view connect_again = "connect again";
constexpr std::string_view check_user = "check user, password and what the account may do";
constexpr std::string_view check_address = "check host, port and whether the server runs";
constexpr std::string_view locked = "another transaction holds the lock; run the transaction again";
constexpr std::string_view is_read_only = "the server or the transaction is read-only; connect to the primary";
constexpr std::string_view too_many = "the server takes no more connections; close some, or raise max_connections";
constexpr std::string_view ask_privilege = "ask for the privilege, or connect as another user";
constexpr std::string_view too_long_packet = "raise the server's max_allowed_packet, or send less at once";
constexpr std::string_view out_of_room = "the server's disk or table is full: free some space and run it again";
constexpr std::string_view out_of_memory = "the server is out of memory";

constexpr Entry entries[] = {
    {1022, violates(ConstraintKind::Unique)},
    {1062, violates(ConstraintKind::Unique)},
    {1169, violates(ConstraintKind::Unique)},
    {1586, violates(ConstraintKind::Unique)},
    {1216, violates(ConstraintKind::ForeignKey)},
    {1217, violates(ConstraintKind::ForeignKey)},
    {1451, violates(ConstraintKind::ForeignKey)},
    {1452, violates(ConstraintKind::ForeignKey)},
    {1048, violates(ConstraintKind::NotNull)},
    {1364, violates(ConstraintKind::NotNull)},  // no value given, and no default
    {3819, violates(ConstraintKind::Check)},    // MySQL
    {4025, violates(ConstraintKind::Check)},    // MariaDB
    {1020, conflicts(run_again)},
    {1205, conflicts(locked)},
    {1213, conflicts(run_again)},
    {1412, conflicts("the tables have changed; run the transaction again")},
    {1614, conflicts(run_again)},
    {3572, conflicts(locked)},
    {1243, stale},
    {1615, stale},
    {1021, fails(out_of_room)},
    {1037, fails(out_of_memory)},
    {1038, fails(out_of_memory)},
    {1041, fails(out_of_memory)},
    {1114, fails(out_of_room)},
    {1049, fails("create the database first, or check its name")},
    {1046, fails("name a database in the configuration")},
    {1142, fails(ask_privilege)},
    {1143, fails(ask_privilege)},
    {1227, fails(ask_privilege)},
    {1370, fails(ask_privilege)},
    {1153, fails(too_long_packet)},
    {2020, fails(too_long_packet)},
    {1207, fails(is_read_only)},
    {1290, fails("")},
    {1792, fails(is_read_only)},
    {1836, fails(is_read_only)},
    {1390, fails("a statement takes at most 65535 parameters")},
    {1226, fails("the account has reached a limit of its own")},
    {1461, fails("close connections, keep fewer statements (statement_cache_size), or raise max_prepared_stmt_count")},
    {1317, fails("the statement was stopped")},
    {1969, fails("the server's own time limit for statements was over")},
    {3024, fails("the server's own time limit for statements was over")},
    {1040, breaks(too_many)},
    {1203, breaks(too_many)},
    {1129, breaks("the server blocks this host after many failed connections: FLUSH HOSTS on the server")},
    {1047, breaks("this node of the cluster is not ready; connect to another")},
    {1053, breaks("the server is shutting down; connect again")},
    {1152, breaks(connect_again)},
    {1158, breaks(connect_again)},
    {1159, breaks(connect_again)},
    {1160, breaks(connect_again)},
    {1161, breaks(connect_again)},
    {1184, breaks(connect_again)},
    {1927, breaks("somebody ended the connection on the server; connect again")},
    {4031, breaks("the connection was idle for too long; connect again")},
    {2002, breaks(check_address)},
    {2003, breaks(check_address)},
    {2004, breaks(check_address)},
    {2005, breaks("check the host's name")},
    {2006, breaks(connect_again)},
    {2012, breaks(connect_again)},
    {2013, breaks(connect_again)},
    {2014, breaks(connect_again)},
    {2026, breaks("check sslmode, sslrootcert and whether the server offers TLS")},
    {2027, breaks(connect_again)},
    {2055, breaks(connect_again)},
    {1044, refuses("check the database's name and what the account may do")},
    {1045, refuses(check_user)},
    {1130, refuses("the server does not let this host in")},
    {1251, refuses("the server asks for an authentication method that the client does not know")},
    {1524, refuses("the server asks for an authentication method that it does not have")},
    {1698, refuses(check_user)},
    {1820, refuses("the password has expired; change it")},
    {1862, refuses("the password has expired; change it")},
    {2049, refuses("the server knows only the old authentication; give the account a new password")},
    {2059, refuses("the client lacks the authentication plugin that the server asks for")},
    {3118, refuses("the account is locked")},
    {4151, refuses("the account is locked")},
};

/// Those whose messages quote data. The rest of the message begins where one of the words stands.
constexpr std::array<unsigned, 16> quoting_values = {1062, 1105, 1169, 1231, 1292, 1298, 1366, 1367,
                                                     1411, 1416, 1525, 1586, 1644, 1690, 3140, 3141};
constexpr std::array<std::string_view, 3> words_behind_values = {"' for key '", "' for column ", "' for function "};
/// Without quotes, and at the end.
constexpr std::array<std::string_view, 2> words_before_values = {"has no partition for value ", "Unknown thread id: "};

/// The text in quotes of either kind that follows `word`; `rest` moves behind it.
std::string quoted_after(std::string_view& rest, std::string_view word) {
  const std::size_t at = rest.find(word);
  if (at == std::string_view::npos) {
    return std::string();
  }
  const std::string_view behind = rest.substr(at + word.size());
  const std::size_t open = behind.find_first_of("'`");
  if (open == std::string_view::npos) {
    return std::string();
  }
  const std::size_t close = behind.find(behind[open], open + 1);
  if (close == std::string_view::npos) {
    return std::string();
  }
  rest = behind.substr(close + 1);
  return std::string(behind.substr(open + 1, close - open - 1));
}

/// `database`.`table` at the front.
std::string table_after(std::string_view rest, std::string_view word) {
  const std::string first = quoted_after(rest, word);
  return rest.starts_with('.') ? quoted_after(rest, ".") : first;
}

std::string_view without_word(std::string_view sql, std::string_view word) {
  return starts_with_word(sql, word) ? from_first_word(sql.substr(word.size())) : sql;
}

/// A name at the front of the text, without its quotes; the text moves behind it.
std::string take_name(std::string_view& sql) {
  if (sql.starts_with('`')) {
    return quoted_after(sql, "");
  }
  const std::size_t size = std::min(sql.find_first_of(" \t\r\n.(,;"), sql.size());
  std::string name(sql.substr(0, size));
  sql.remove_prefix(size);
  return name;
}

/// The table an INSERT, REPLACE, UPDATE or DELETE is about: MariaDB does not say whose key or column it was.
std::string table_of(std::string_view statement) {
  std::string_view sql = from_first_word(statement);
  const bool is_change = starts_with_word(sql, "INSERT") || starts_with_word(sql, "REPLACE") ||
                         starts_with_word(sql, "UPDATE") || starts_with_word(sql, "DELETE");
  if (!is_change) {
    return std::string();
  }
  for (const std::string_view word : {"INSERT", "REPLACE", "UPDATE", "DELETE", "IGNORE", "INTO", "FROM"}) {
    sql = without_word(sql, word);
  }
  std::string name = take_name(sql);
  if (sql.starts_with('.')) {
    sql.remove_prefix(1);
    name = take_name(sql);
  }
  return name;
}

/// A syntax error quotes the text from where it stopped, up to 80 characters of it.
void find_position(unsigned code, std::string_view message, ErrorFacts& facts) {
  constexpr std::string_view near = "' at line ";
  constexpr unsigned syntax_error = 1064;
  const std::size_t begin = message.find(" near '");
  const std::size_t end = message.rfind(near);
  if (code != syntax_error || begin == std::string_view::npos || end == std::string_view::npos || end < begin + 7) {
    return;
  }
  const std::string_view quoted = message.substr(begin + 7, end - begin - 7);
  const std::string_view statement = facts.statement;
  const std::size_t offset = statement.rfind(quoted);
  if (offset == std::string_view::npos || statement.find(quoted) != offset) {
    return;
  }
  const std::string_view before = statement.substr(0, offset);
  facts.has_position = true;
  facts.position.offset = offset;
  facts.position.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  facts.position.column = offset - (before.find('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
}

std::string with_advice(std::string message, std::string_view advice) {
  if (!advice.empty()) {
    message += "; ";
    message += advice;
  }
  return message;
}

}  // namespace

ErrorMeaning meaning_of(unsigned code) noexcept {
  const auto* found =
      std::find_if(std::begin(entries), std::end(entries), [&](const Entry& entry) { return entry.code == code; });
  return found == std::end(entries) ? ErrorMeaning() : found->meaning;
}

bool ends_connection(unsigned code) noexcept {
  constexpr unsigned too_long = 1153;  // after which the server closes the link
  return code == too_long || meaning_of(code).error_class == ErrorClass::Connection;
}

ErrorFacts facts_of(const std::string& statement) {
  ErrorFacts facts;
  facts.backend = "mysql";
  facts.statement = statement;
  return facts;
}

std::string without_values(unsigned code, std::string_view message) {
  for (const std::string_view words : words_before_values) {
    const std::size_t at = message.find(words);
    if (at != std::string_view::npos) {
      return fmt::format("{}...", message.substr(0, at + words.size()));
    }
  }
  const std::size_t open = message.find('\'');
  if (open == std::string_view::npos ||
      std::find(quoting_values.begin(), quoting_values.end(), code) == quoting_values.end()) {
    return std::string(message);
  }
  std::size_t close = message.rfind('\'');
  for (const std::string_view word : words_behind_values) {
    const std::size_t at = message.rfind(word);
    if (at != std::string_view::npos && at >= open) {
      close = at;
      break;
    }
  }
  return fmt::format("{}'...'{}", message.substr(0, open), message.substr(std::min(close + 1, message.size())));
}

ConstraintNames names_in(unsigned code, std::string_view message, std::string_view statement) {
  ConstraintNames names;
  switch (code) {
    case 1062:
    case 1586: {  // Duplicate entry '...' for key 'email'; MySQL: 'users.email'
      std::string_view rest = message.substr(std::min(message.rfind(" for key "), message.size()));
      names.constraint = quoted_after(rest, "for key ");
      const std::size_t point = names.constraint.find('.');
      names.table = point == std::string::npos ? table_of(statement) : names.constraint.substr(0, point);
      names.constraint.erase(0, point == std::string::npos ? 0 : point + 1);
      break;
    }
    case 1048:    // Column 'email' cannot be null
    case 1364: {  // Field 'email' doesn't have a default value
      std::string_view rest = message;
      names.column = quoted_after(rest, "");
      names.table = table_of(statement);
      break;
    }
    case 1451:
    case 1452: {  // (`database`.`orders`, CONSTRAINT `orders_user` FOREIGN KEY (`user`) REFERENCES ...
      names.table = table_after(message, "(");
      std::string_view rest = message;
      names.constraint = quoted_after(rest, "CONSTRAINT ");
      names.column = quoted_after(rest, "FOREIGN KEY (");
      break;
    }
    case 3819: {  // Check constraint 'users_chk_1' is violated.
      std::string_view rest = message;
      names.constraint = quoted_after(rest, "");
      names.table = table_of(statement);
      break;
    }
    case 4025: {  // CONSTRAINT `positive` failed for `database`.`users`
      std::string_view rest = message;
      names.constraint = quoted_after(rest, "CONSTRAINT ");
      // A column's own check has the name `table`.`column`.
      if (rest.starts_with('.')) {
        names.constraint = quoted_after(rest, ".");
      }
      names.table = table_after(rest, "failed for ");
      break;
    }
    default:
      break;
  }
  return names;
}

void throw_error(const NativeError& error, const std::string& statement) {
  const ErrorMeaning meaning = meaning_of(error.code);
  ErrorFacts facts = facts_of(statement);
  facts.native_code = error.code;
  facts.sqlstate = error.sqlstate;
  find_position(error.code, error.message, facts);
  const std::string message = with_advice(without_values(error.code, error.message), meaning.advice);
  switch (meaning.error_class) {
    case ErrorClass::Constraint: {
      const ConstraintNames names = names_in(error.code, error.message, statement);
      throw ConstraintViolation(message, meaning.constraint, names.constraint, names.table, names.column,
                                std::move(facts));
    }
    case ErrorClass::Stale:
      facts.stale_statement = true;
      facts.retryable = true;
      throw TransientError(message, std::move(facts));
    case ErrorClass::Transient:
      facts.retryable = true;
      throw TransientError(message, std::move(facts));
    case ErrorClass::Connection:
      throw ConnectionError(message, std::move(facts));
    case ErrorClass::Authentication:  // of a statement: a privilege that is missing
    case ErrorClass::Query:
      break;
  }
  throw QueryError(message, std::move(facts));
}

void throw_connect_error(const NativeError& error, const std::string& place) {
  const ErrorMeaning meaning = meaning_of(error.code);
  ErrorFacts facts = facts_of(std::string());
  facts.native_code = error.code;
  facts.sqlstate = error.sqlstate;
  // There was no connection yet that could be made again.
  const std::string_view advice = meaning.advice == connect_again ? check_address : meaning.advice;
  const std::string message = with_advice(fmt::format("{}: {}", place, error.message), advice);
  if (meaning.error_class == ErrorClass::Authentication) {
    throw AuthenticationError(message, std::move(facts));
  }
  throw ConnectionError(message, std::move(facts));
}

}  // namespace dalia::internal::mysql
