#include "entity_api.hpp"

#include <dalia/core/json.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "failures.hpp"
#include "json_response.hpp"
#include "target.hpp"

namespace http_service {
namespace {

constexpr std::int64_t default_limit = 100;  // rows
constexpr std::int64_t largest_limit = 1000;

/// What a handler works on; it outlives the handler.
struct Call {
  const Request& request;
  const Target& target;
  dalia::AsyncConnection& conn;

  [[nodiscard]] const std::string& entity() const { return target.path()[1]; }
  [[nodiscard]] const std::string& id() const { return target.path()[2]; }
};

std::optional<std::string> header(const Request& request, std::string_view name) {
  const auto found = request.find({name.data(), name.size()});
  return found == request.end() ? std::nullopt : std::optional(std::string(found->value()));
}

Refusal not_found() {
  return {http::status::not_found, "there is no such entity"};
}

// --- what requests say

/// A JSON value; what is no JSON is text, as for the program dalia.
dalia::Value value_from(const std::string& text) {
  if (!nlohmann::json::accept(text)) {
    return dalia::Value(text);
  }
  return dalia::value_from_json(dalia::parse_json(text));  // refuses what no value can hold
}

/// Only values of parameters come from the outside without a look; the library reads the filter and the order token by
/// token and refuses all but expressions over fields.
dalia::EntityQuery query_from(const Target& target) {
  dalia::Params params;
  for (const std::string& param : target.all("param")) {
    params.add(value_from(param));
  }
  dalia::EntityQuery query(target.query("where").value_or(""), std::move(params));
  const std::int64_t limit = target.number("limit").value_or(default_limit);
  if (limit > largest_limit) {
    throw Refusal(http::status::bad_request, "the limit is at most " + std::to_string(largest_limit));
  }
  query.limit(limit).offset(target.number("offset").value_or(0)).deserialize();
  if (const auto order = target.query("order_by")) {
    query.order_by(*order);
  }
  if (target.flag("include_deleted")) {
    query.include_deleted();
  }
  return query;
}

/// The version in If-Match: "3".
std::optional<std::int64_t> expected_version(const Request& request) {
  const std::optional<std::string> tag = header(request, "If-Match");
  if (!tag) {
    return std::nullopt;
  }
  if (tag->size() < 3 || tag->front() != '"' || tag->back() != '"') {
    throw Refusal(http::status::bad_request, "If-Match holds one version in quotes, as ETag gave it");
  }
  return whole_number("the version in If-Match", std::string_view(*tag).substr(1, tag->size() - 2));
}

template <class Options>
Options signed_by(const Request& request, Options options) {
  if (const auto user = header(request, "X-User-Id")) {
    options.user_id(*user);
  }
  if (const auto comment = header(request, "X-Comment")) {
    options.comment(*comment);
  }
  return options;
}

dalia::SaveOptions save_options_from(const Request& request) {
  dalia::SaveOptions options = signed_by(request, dalia::save_options().deserialize());
  if (const auto version = expected_version(request)) {
    options.expected_version(*version);
  }
  return options;
}

/// The body as the entity that the target names.
dalia::Entity entity_from(const Call& call) {
  dalia::Entity entity = dalia::entity_from_json(dalia::parse_json(call.request.body()));
  if (const dalia::Value* id = entity.find("id"); id != nullptr && id->to_text() != call.id()) {
    throw Refusal(http::status::bad_request, "the id in the body is not the one in the target");
  }
  entity.set("id", call.id());
  return entity;
}

// --- what is done

net::awaitable<Response> health(const Call& call) {
  co_await call.conn.execute("SELECT 1 AS [one]");
  nlohmann::ordered_json body;
  body["ok"] = true;
  co_return json_response(http::status::ok, body);
}

net::awaitable<Response> names(const Call& call) {
  const std::vector<std::string> found = co_await call.conn.get_entity_names();
  co_return json_response(http::status::ok, found);
}

net::awaitable<Response> find(const Call& call) {
  try {
    const auto found = co_await call.conn.find_entities(call.entity(), query_from(call.target));
    co_return entities_response(http::status::ok, found);
  } catch (const dalia::QueryError&) {
    // Such as a comparison of a text with a number, which some engines refuse.
    throw Refusal(http::status::bad_request, "the database refuses this filter");
  }
}

net::awaitable<Response> create(const Call& call) {
  const nlohmann::ordered_json body = dalia::parse_json(call.request.body());
  auto options = signed_by(call.request, dalia::save_options().deserialize());
  if (body.is_array()) {
    std::vector<dalia::Entity> entities;
    for (const nlohmann::ordered_json& one : body) {
      entities.push_back(dalia::entity_from_json(one));
    }
    const auto saved = co_await call.conn.save_entities(call.entity(), std::move(entities), options);
    co_return entities_response(http::status::ok, saved);
  }
  dalia::Entity entity = dalia::entity_from_json(body);
  if (entity.contains("id")) {
    options.expected_version(0);
  }
  const dalia::Entity saved = co_await call.conn.save_entity(call.entity(), std::move(entity), options);
  Response response = entity_response(http::status::created, saved);
  response.set(http::field::location, "/entities/" + call.entity() + '/' + percent_encoded(saved.id()));
  co_return response;
}

net::awaitable<Response> get(const Call& call) {
  auto options = dalia::get_options().deserialize();
  if (call.target.flag("include_deleted")) {
    options.include_deleted();
  }
  const auto found = co_await call.conn.get_entity(call.entity(), call.id(), options);
  if (!found) {
    throw not_found();
  }
  co_return entity_response(http::status::ok, *found);
}

/// A field that another request adds to the entity meanwhile stays; If-Match keeps such a request off.
net::awaitable<Response> replace(const Call& call) {
  dalia::Entity entity = entity_from(call);
  const auto stored = co_await call.conn.get_entity(call.entity(), call.id());
  if (stored) {
    for (const auto& [name, value] : *stored) {
      if (!entity.contains(name)) {
        entity.set(name, nullptr);  // those of the system are ignored
      }
    }
  }
  const auto status = stored ? http::status::ok : http::status::created;
  const auto options = save_options_from(call.request);
  const dalia::Entity saved = co_await call.conn.save_entity(call.entity(), std::move(entity), options);
  co_return entity_response(status, saved);
}

net::awaitable<Response> change(const Call& call) {
  dalia::Entity entity = entity_from(call);
  const auto options = save_options_from(call.request);
  const auto stored = co_await call.conn.get_entity(call.entity(), call.id());
  if (!stored) {
    throw not_found();
  }
  const dalia::Entity saved = co_await call.conn.save_entity(call.entity(), std::move(entity), options);
  co_return entity_response(http::status::ok, saved);
}

net::awaitable<Response> remove(const Call& call) {
  if (header(call.request, "If-Match")) {
    throw Refusal(http::status::bad_request, "DELETE takes no If-Match");
  }
  auto options = signed_by(call.request, dalia::delete_options());
  if (call.target.flag("permanent")) {
    options.permanent();
  }
  const bool was_there = co_await call.conn.delete_entity(call.entity(), call.id(), options);
  if (!was_there) {
    throw not_found();
  }
  co_return Response(http::status::no_content, 11);
}

net::awaitable<Response> restore(const Call& call) {
  const auto options = signed_by(call.request, dalia::restore_options());
  co_await call.conn.restore_entity(call.entity(), call.id(), options);
  const auto found = co_await call.conn.get_entity(call.entity(), call.id(), dalia::get_options().deserialize());
  if (!found) {
    throw not_found();
  }
  co_return entity_response(http::status::ok, *found);
}

net::awaitable<Response> history(const Call& call) {
  const auto options = dalia::get_options().deserialize();
  const auto versions = co_await call.conn.get_entity_history(call.entity(), call.id(), options);
  if (versions.empty()) {
    throw not_found();
  }
  co_return entities_response(http::status::ok, versions);
}

net::awaitable<Response> version(const Call& call) {
  const std::int64_t number = whole_number("a version", call.target.path()[4]);
  const auto options = dalia::get_options().deserialize();
  const auto found = co_await call.conn.get_entity_by_version(call.entity(), call.id(), number, options);
  if (!found) {
    throw Refusal(http::status::not_found, "there is no such version");
  }
  co_return json_response(http::status::ok, dalia::to_json(*found));
}

// --- which of them

using Handler = net::awaitable<Response> (*)(const Call&);

struct Route {
  http::verb verb;
  std::string_view path;  ///< a * stands for any segment
  Handler handler;
  std::string_view query = "";  ///< the parameters, separated by blanks
};

constexpr Route routes[] = {
    {http::verb::get, "health", health},
    {http::verb::get, "entities", names},
    {http::verb::get, "entities/*", find, "where param order_by limit offset include_deleted"},
    {http::verb::post, "entities/*", create},
    {http::verb::get, "entities/*/*", get, "include_deleted"},
    {http::verb::put, "entities/*/*", replace},
    {http::verb::patch, "entities/*/*", change},
    {http::verb::delete_, "entities/*/*", remove, "permanent"},
    {http::verb::post, "entities/*/*/restore", restore},
    {http::verb::get, "entities/*/*/history", history},
    {http::verb::get, "entities/*/*/history/*", version},
};

bool is_on(const Route& route, const std::vector<std::string>& path) {
  std::string_view rest = route.path;
  for (const std::string& segment : path) {
    const std::string_view expected = rest.substr(0, rest.find('/'));
    if (expected != "*" && expected != segment) {
      return false;
    }
    rest.remove_prefix(std::min(expected.size() + 1, rest.size()));
  }
  return rest.empty();
}

/// @throws Refusal.
const Route& route_of(http::verb verb, const Target& target) {
  std::string allowed;
  for (const Route& route : routes) {
    if (is_on(route, target.path())) {
      if (route.verb == verb || (verb == http::verb::head && route.verb == http::verb::get)) {
        return route;
      }
      allowed += (allowed.empty() ? "" : ", ") + std::string(http::to_string(route.verb));
    }
  }
  if (allowed.empty()) {
    throw Refusal(http::status::not_found, "there is nothing here");
  }
  throw MethodNotAllowed(allowed);
}

}  // namespace

net::awaitable<Response> EntityApi::respond(const Request& request) const {
  try {
    auto routing = route(request);
    co_return co_await std::move(routing);
  } catch (...) {
    co_return response_to(std::current_exception());
  }
}

net::awaitable<Response> EntityApi::route(const Request& request) const {
  const Target target = Target::parse({request.target().data(), request.target().size()});
  const Route& route = route_of(request.method(), target);
  target.expect_only(route.query);
  const Connections::Lease conn = co_await connections_->acquire();
  const Call call{request, target, *conn};
  co_return co_await route.handler(call);
}

}  // namespace http_service
