/// executemany: one statement for many rows of parameters.
#pragma once

#include <cstddef>
#include <string_view>

#include "connections/session_executor.hpp"
#include "dalia/connections/row_source.hpp"
#include "dalia/core/deadline.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/generators/transaction_sql.hpp"

namespace dalia::internal {

/// What executemany needs to know of its connection.
struct BatchTerms {
  const TransactionSql& transactions;
  std::size_t max_parameters;     ///< in one statement
  bool is_remote;                 ///< each statement crosses a link
  bool errors_fail_transactions;  ///< nothing more can be done in a transaction in which a statement failed
};

/// All or nothing, in the open transaction or one of its own. The caller holds executor.use().
/// @throws what the statement throws, with the index of its row in front. @return the totals.
[[nodiscard]] task<ResultSet> execute_many(SessionExecutor& executor, BatchTerms terms, std::string_view sql,
                                           RowSource& rows, Deadline deadline);

}  // namespace dalia::internal
