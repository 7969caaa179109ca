/// A statement prepared on a MariaDB or MySQL server, and the result it is giving.
#pragma once

#include <memory>
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
  /// After it was prepared.
  void describe_parameters();
  /// After it was prepared, and after each run.
  void describe_columns(std::span<const MYSQL_FIELD> fields);

  bool is_stale = false;      ///< has to be prepared again
  bool runs_as_text = false;  ///< one of the few that cannot be prepared
  Parameters parameters;
  ResultColumns cells;
  ResultHandle text_result;  ///< of one that runs as text

 private:
  std::string text_;
  StatementHandle handle_;
  std::shared_ptr<ClosedStatements> closed_;
};

}  // namespace dalia::internal::mysql
