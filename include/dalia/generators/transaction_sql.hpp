/// The statements that open and close transactions, in an engine's own words.
#pragma once

#include "dalia/core/executor.hpp"

namespace dalia {

struct TransactionSql {
  StatementText begin;  ///< for work that writes
  StatementText begin_read_only;
  StatementText commit;
  StatementText rollback;
  // One savepoint of the library's own, around an entity call inside a caller's transaction.
  StatementText savepoint;
  StatementText release_savepoint;
  StatementText rollback_to_savepoint;
};

}  // namespace dalia
