#include "connections/sqlite/statement.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/calendar.hpp"
#include "core/instant_text.hpp"
#include "dalia/core/error.hpp"

namespace dalia::internal::sqlite {
namespace {

/// Without leading blanks and comments.
std::string_view from_first_word(std::string_view sql) noexcept {
  while (!sql.empty()) {
    if (std::strchr(" \t\r\n\f;", sql.front()) != nullptr) {
      sql.remove_prefix(1);
    } else if (sql.starts_with("--")) {
      sql.remove_prefix(std::min(sql.find('\n'), sql.size()));
    } else if (sql.starts_with("/*")) {
      const std::size_t end = sql.find("*/", 2);
      sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + 2);
    } else {
      break;
    }
  }
  return sql;
}

bool starts_with_word(std::string_view sql, std::string_view word) noexcept {
  return sql.size() > word.size() && sqlite3_strnicmp(sql.data(), word.data(), static_cast<int>(word.size())) == 0 &&
         std::strchr(" \t\r\n\f/-(", sql[word.size()]) != nullptr;
}

[[noreturn]] void refuse(const char* statement, const std::string& why) {
  ErrorFacts facts;
  facts.backend = "sqlite";
  facts.statement = statement;
  throw UsageError(why, std::move(facts));
}

}  // namespace

Statement::Statement(StatementHandle handle) : handle_(std::move(handle)) {
  parameter_count_ = static_cast<std::size_t>(sqlite3_bind_parameter_count(get()));
  writes_ = sqlite3_stmt_readonly(get()) == 0;
  const std::string_view sql = from_first_word(text());
  inserts_ = starts_with_word(sql, "INSERT") || starts_with_word(sql, "REPLACE");
  const bool is_with = starts_with_word(sql, "WITH");
  counts_rows_ = writes_ && (inserts_ || is_with || starts_with_word(sql, "UPDATE") || starts_with_word(sql, "DELETE"));
  inserts_ = writes_ && (inserts_ || is_with);
  look_up_columns();
}

void Statement::look_up_columns() {
  reprepared_ = sqlite3_stmt_status(get(), SQLITE_STMTSTATUS_REPREPARE, 0);
  const int count = sqlite3_column_count(get());
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  declared_.clear();
  for (int i = 0; i < count; ++i) {
    const char* name = sqlite3_column_name(get(), i);
    names.emplace_back(name == nullptr ? "" : name);
    declared_.push_back(declared_kind(sqlite3_column_decltype(get(), i)));
  }
  const bool has_uuid = std::find(declared_.begin(), declared_.end(), Kind::Uuid) != declared_.end();
  uuids_.resize(has_uuid ? declared_.size() : 0);
  columns_ = std::make_shared<const FieldNames>(std::move(names));
}

int Statement::bind(std::span<const ValueRef> parameters) {
  if (parameters.size() != parameter_count_) {
    refuse(text(),
           fmt::format("the statement takes {} parameter{}, but {} {} given", parameter_count_,
                       parameter_count_ == 1 ? "" : "s", parameters.size(), parameters.size() == 1 ? "was" : "were"));
  }
  int index = 0;
  for (const ValueRef& value : parameters) {
    const int result = bind_one(++index, value);
    if (result != SQLITE_OK) {
      return result;
    }
  }
  return SQLITE_OK;
}

// SQLITE_STATIC: the caller keeps the parameters until finish().
int Statement::bind_one(int index, const ValueRef& value) {
  switch (value.kind()) {
    case Kind::Null:
      return sqlite3_bind_null(get(), index);
    case Kind::Bool:
    case Kind::Int64:
      return sqlite3_bind_int64(get(), index, value.raw_integer());
    case Kind::Double:
      if (!std::isfinite(value.raw_double())) {
        refuse(text(), fmt::format("parameter {} is not a finite number, which SQLite cannot store", index));
      }
      return sqlite3_bind_double(get(), index, value.raw_double());
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json: {
      const std::string_view content = value.raw_bytes();
      if (content.empty()) {
        return sqlite3_bind_text(get(), index, "", 0, SQLITE_STATIC);
      }
      if (std::memchr(content.data(), '\0', content.size()) != nullptr) {
        refuse(text(), fmt::format("parameter {} is a text with a NUL character; bind it as bytes", index));
      }
      return sqlite3_bind_text64(get(), index, content.data(), content.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    case Kind::Bytes: {
      const std::string_view content = value.raw_bytes();
      if (content.empty()) {
        return sqlite3_bind_zeroblob(get(), index, 0);  // a null pointer would be NULL
      }
      return sqlite3_bind_blob64(get(), index, content.data(), content.size(), SQLITE_STATIC);
    }
    case Kind::Date:
    case Kind::Time:
    case Kind::Instant:
    case Kind::Uuid:
      break;
  }
  return bind_written(index, value);
}

int Statement::bind_written(int index, const ValueRef& value) {
  if (written_.empty()) {
    written_.resize(parameter_count_);
  }
  const std::string_view content = write_text(value, written_[static_cast<std::size_t>(index) - 1]);
  return sqlite3_bind_text(get(), index, content.data(), static_cast<int>(content.size()), SQLITE_STATIC);
}

// The values are unprotected, which makes no difference on a connection without a mutex
// (https://sqlite.org/c3ref/value.html) and saves checking every column twice.
void Statement::read_row(std::span<ValueRef> cells) noexcept {
  sqlite3_stmt* const statement = get();
  const Kind* const declared_kinds = declared_.data();
  int index = 0;
  for (ValueRef& cell : cells) {
    sqlite3_value* value = sqlite3_column_value(statement, index);
    const Kind declared = declared_kinds[index];
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER: {
        const std::int64_t integer = sqlite3_value_int64(value);
        const bool is_bool = declared == Kind::Bool && (integer == 0 || integer == 1);
        cell = ValueRef::of_integer(is_bool ? Kind::Bool : Kind::Int64, integer);
        break;
      }
      case SQLITE_FLOAT:
        cell = ValueRef(sqlite3_value_double(value));
        break;
      case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
        const std::string_view content(text, text == nullptr ? 0 : size);
        std::int64_t instant = 0;
        if (declared == Kind::Text) {
          cell = ValueRef(content);
        } else if (declared == Kind::Instant && size == instant_text_size && read_instant(text, instant)) {
          cell = ValueRef::of_integer(Kind::Instant, instant);  // by far the most frequent of the others
        } else {
          std::array<char, 16> unused;
          cell =
              typed_text(declared, content, declared == Kind::Uuid ? uuids_[static_cast<std::size_t>(index)] : unused);
        }
        break;
      }
      case SQLITE_BLOB: {
        const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
        cell = ValueRef(Kind::Bytes, std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))));
        break;
      }
      default:
        cell = ValueRef();
    }
    ++index;
  }
}

}  // namespace dalia::internal::sqlite
