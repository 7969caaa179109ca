/// The handles of libpq, owned.
#pragma once

#include <memory>

#include <libpq-fe.h>

namespace dalia::internal::postgres {

struct CloseConnection {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, CloseConnection>;

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

struct FreeNotify {
  void operator()(PGnotify* notify) const noexcept { PQfreemem(notify); }
};
using NotifyHandle = std::unique_ptr<PGnotify, FreeNotify>;

struct FreeCancel {
  void operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }
};
using CancelHandle = std::unique_ptr<PGcancel, FreeCancel>;

}  // namespace dalia::internal::postgres
