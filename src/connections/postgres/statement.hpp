/// A statement prepared on a PostgreSQL server, and the result it is giving.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "connections/postgres/handles.hpp"
#include "connections/postgres/parameters.hpp"
#include "connections/postgres/results.hpp"
#include "dalia/connections/session.hpp"

namespace dalia::internal::postgres {

class TypeCatalogue;

/// Names of statements that are no longer wanted; the session closes them with the next one it prepares.
using ClosedStatements = std::vector<std::string>;

class Statement final : public PreparedStatement {
 public:
  Statement(std::string native, std::string name, std::shared_ptr<ClosedStatements> closed);
  ~Statement() override;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Gives up what the server holds under the old name.
  void rename(std::string name);
  /// COMMIT, which on a failed transaction rolls back and does not call that an error.
  [[nodiscard]] bool is_commit() const noexcept { return is_commit_; }
  [[nodiscard]] bool is_rollback() const noexcept { return is_rollback_; }
  [[nodiscard]] bool is_copy() const noexcept { return is_copy_; }
  /// Oids of parameters and result columns that only the server's catalogue explains.
  [[nodiscard]] std::vector<Oid> describe(const PGresult* description, const TypeCatalogue& catalogue);

  [[nodiscard]] const std::vector<Oid>& parameter_types() const noexcept { return parameter_types_; }

  /// For a statement that only reads: a number that the server's choice of a type cannot hold gets a wider one, so that
  /// it compares as on other engines. (A write would round it.)  @return whether it has to be prepared again.
  [[nodiscard]] bool widen_types(std::span<const ValueRef> values);
  /// Types to prepare it with; 0 leaves the choice to the server.
  [[nodiscard]] const std::vector<Oid>& given_types() const noexcept { return given_types_; }
  /// It cannot be prepared with the wider types: back to the server's own, at the next execution.
  void forget_types() noexcept;

  /// Gives up the result, and what large values it took to bind and to read.
  void release() noexcept;

  bool is_prepared = false;  ///< the server knows it
  bool is_stale = false;     ///< the server has to prepare it again
  Parameters parameters;
  ResultColumns cells;
  ResultHandle result;  ///< whole, or the row at hand
  int row = 0;          ///< the next one in result

 private:
  std::string text_;
  std::string name_;
  std::shared_ptr<ClosedStatements> closed_;
  std::vector<Oid> parameter_types_;
  std::vector<Oid> given_types_;
  bool is_commit_ = false;
  bool is_rollback_ = false;
  bool is_copy_ = false;
};

}  // namespace dalia::internal::postgres
