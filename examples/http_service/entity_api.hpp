/// EntityApi: requests to entities.
#pragma once

#include <memory>
#include <utility>

#include "connections.hpp"
#include "net.hpp"

namespace http_service {

///   GET    /health                            whether the database answers
///   GET    /entities                          their names
///   GET    /entities/users?where=&param=&order_by=&limit=&offset=&include_deleted=
///   POST   /entities/users                    creates one; a JSON array saves all of them, or none
///   GET    /entities/users/ada                ?include_deleted=
///   PUT    /entities/users/ada                the whole entity: fields that are not given become null
///   PATCH  /entities/users/ada                the fields that are given
///   DELETE /entities/users/ada                it can be restored; ?permanent=true: not
///   POST   /entities/users/ada/restore
///   GET    /entities/users/ada/history        all versions, oldest first
///   GET    /entities/users/ada/history/1
///
/// PUT and PATCH with If-Match: "3" are refused with 409 unless the stored version is 3; answers have the version as
/// ETag. X-User-Id and X-Comment go into the history: something in front of the service has to vouch for them.
/// Thread-safe.
class EntityApi {
 public:
  explicit EntityApi(std::shared_ptr<Connections> connections) : connections_(std::move(connections)) {}

  /// Failures are responses too. @param request  outlives the call.
  [[nodiscard]] net::awaitable<Response> respond(const Request& request) const;

 private:
  [[nodiscard]] net::awaitable<Response> route(const Request& request) const;

  std::shared_ptr<Connections> connections_;
};

}  // namespace http_service
