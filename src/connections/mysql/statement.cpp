#include "connections/mysql/statement.hpp"

#include <exception>
#include <utility>

#include "connections/first_word.hpp"

namespace dalia::internal::mysql {

Statement::Statement(std::string native, StatementHandle handle, std::shared_ptr<ClosedStatements> closed)
    : text_(std::move(native)), handle_(std::move(handle)), closed_(std::move(closed)) {
  const std::string_view sql = from_first_word(text_);
  const bool is_block = starts_with_word(sql, "BEGIN") && !is_begin(sql);
  ends_transaction_ = starts_with_word(sql, "COMMIT") || is_block;  // a block may have a COMMIT in it
  only_reads_ = starts_with_word(sql, "SELECT") || starts_with_word(sql, "VALUES") || starts_with_word(sql, "SHOW") ||
                starts_with_word(sql, "START") || is_begin(sql) || starts_with_word(sql, "ROLLBACK");
  cells.attach(handle_.get());
}

Statement::~Statement() {
  try {
    renew(nullptr);
  } catch (const std::exception&) {
    // It then stays prepared until the session ends.
    static_cast<void>(handle_.release());
  }
}

void Statement::renew(StatementHandle handle) {
  if (handle_ != nullptr) {
    closed_->reserve(closed_->size() + 1);
    closed_->push_back(std::move(handle_));
  }
  handle_ = std::move(handle);
  array_size_ = 0;
  parameters_.forget();
  if (handle_ != nullptr) {
    cells.attach(handle_.get());
  }
}

void Statement::describe_parameters(bool has_arrays) {
  const std::string_view sql = from_first_word(text_);
  const bool is_change = starts_with_word(sql, "INSERT") || starts_with_word(sql, "REPLACE") ||
                         starts_with_word(sql, "UPDATE") || starts_with_word(sql, "DELETE");
  parameter_count_ = mysql_stmt_param_count(handle_.get());
  takes_rows_ = has_arrays && is_change && parameter_count_ > 0 && mysql_stmt_field_count(handle_.get()) == 0;
}

int Statement::bind(std::span<const ValueRef> values, std::size_t longest_packet) {
  if (takes_rows_ && values.size() > parameter_count_) {
    parameters_.bind_rows(values, parameter_count_, longest_packet, text_);
  } else {
    parameters_.bind(values, handle_->params, parameter_count_, longest_packet, text_);
  }
  unsigned rows = parameters_.rows();
  if (rows != array_size_) {
    mysql_stmt_attr_set(handle_.get(), STMT_ATTR_ARRAY_SIZE, &rows);
    array_size_ = rows;
  }
  if (parameter_count_ == 0 || !parameters_.is_new()) {
    return 0;
  }
  const bool is_refused = mysql_stmt_bind_param(handle_.get(), parameters_.binds()) != 0;
  if (!is_refused) {
    parameters_.told();
  }
  return is_refused ? 1 : 0;
}

void Statement::describe_columns(std::span<const MYSQL_FIELD> fields) {
  if (fields.empty() && columns_ != nullptr && columns_->size() == 0) {
    return;  // as after each change
  }
  cells.describe(fields);
  columns_ = cells.names();
}

}  // namespace dalia::internal::mysql
