/// The handles of MariaDB Connector/C, owned.
#pragma once

#include <memory>

#include <mysql.h>

namespace dalia::internal::mysql {

struct CloseConnection {
  void operator()(MYSQL* connection) const noexcept { mysql_close(connection); }
};
using ConnectionHandle = std::unique_ptr<MYSQL, CloseConnection>;

/// While its connection lives this tells the server, so not while another statement's rows are on their way.
struct CloseStatement {
  void operator()(MYSQL_STMT* statement) const noexcept { mysql_stmt_close(statement); }
};
using StatementHandle = std::unique_ptr<MYSQL_STMT, CloseStatement>;

struct FreeResult {
  void operator()(MYSQL_RES* result) const noexcept { mysql_free_result(result); }
};
using ResultHandle = std::unique_ptr<MYSQL_RES, FreeResult>;

}  // namespace dalia::internal::mysql
