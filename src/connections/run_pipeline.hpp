/// pipeline(): several statements, all or nothing, in one round trip where the session can.
#pragma once

#include <chrono>
#include <vector>

#include "connections/session_executor.hpp"
#include "dalia/connections/pipeline.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/generators/transaction_sql.hpp"

namespace dalia::internal {

/// In the open transaction or one of its own. The caller holds executor.use(); all references live until it is done.
/// @throws what a statement throws, as its caller sees it, with its index in front. @return one result for each.
[[nodiscard]] task<std::vector<ResultSet>> run_pipeline(SessionExecutor& executor, const TransactionSql& transactions,
                                                        const Pipeline& statements, std::chrono::nanoseconds limit);

}  // namespace dalia::internal
