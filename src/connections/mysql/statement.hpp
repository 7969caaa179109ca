/// A statement prepared on a MariaDB or MySQL server, and the result it is giving.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "connections/mysql/handles.hpp"
#include "connections/mysql/parameters.hpp"
#include "connections/mysql/results.hpp"
#include "dalia/connections/session.hpp"

namespace dalia::internal::mysql {

/// Statements that are no longer wanted; the session closes them before it prepares the next one.
using ClosedStatements = std::vector<StatementHandle>;

class Statement final : public PreparedStatement {
 public:
  Statement(std::string native, StatementHandle handle, std::shared_ptr<ClosedStatements> closed);
  ~Statement() override;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] MYSQL_STMT* handle() const noexcept { return handle_.get(); }
  /// Gives up the old handle.
  void renew(StatementHandle handle);
  /// After it was prepared. @param has_arrays  whether the server takes parameters for several rows at once.
  void describe_parameters(bool has_arrays);
  /// @return not 0 where the library refuses; see mysql_stmt_error(). @throws as Parameters::bind.
  [[nodiscard]] int bind(std::span<const ValueRef> values, std::size_t longest_packet);
  /// After it was prepared, and after each run.
  void describe_columns(std::span<const MYSQL_FIELD> fields);

  bool is_stale = false;      ///< has to be prepared again
  bool runs_as_text = false;  ///< one of the few that cannot be prepared
  ResultColumns cells;
  ResultHandle text_result;  ///< of one that runs as text

 private:
  std::string text_;
  StatementHandle handle_;
  Parameters parameters_;
  unsigned array_size_ = 0;  ///< of the handle
  std::shared_ptr<ClosedStatements> closed_;
};

}  // namespace dalia::internal::mysql
