#include "failures.hpp"

#include <iostream>

#include "json_response.hpp"

namespace http_service {
namespace {

/// One write, so that lines of several threads stay whole.
void log(const std::exception& error) {
  std::clog << "http_service: " + std::string(error.what()) + '\n';
}

Response in_doubt() {
  return error_response(http::status::internal_server_error, "the change may or may not have been made; read it again");
}

/// Something that another try may find in order.
Response busy(const dalia::Error& error, std::string_view message) {
  log(error);
  if (error.outcome_unknown()) {
    return in_doubt();
  }
  Response response = error_response(http::status::service_unavailable, message);
  response.set(http::field::retry_after, "1");
  return response;
}

}  // namespace

Response error_response(http::status status, std::string_view message) {
  nlohmann::ordered_json body;
  body["error"] = message;
  return json_response(status, body);
}

Response response_to(std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const MethodNotAllowed& refusal) {
    Response response = error_response(refusal.status(), refusal.what());
    response.set(http::field::allow, refusal.allowed());
    return response;
  } catch (const Refusal& refusal) {
    return error_response(refusal.status(), refusal.what());
  } catch (const dalia::VersionConflict& conflict) {
    return error_response(http::status::conflict, conflict.what());
  } catch (const dalia::EntityDeleted& deleted) {
    return error_response(http::status::conflict, deleted.what());
  } catch (const dalia::EntityError& error) {
    return error_response(http::status::bad_request, error.what());
  } catch (const dalia::TranslationError& error) {
    return error_response(http::status::bad_request, error.what());
  } catch (const dalia::UsageError& error) {
    return error_response(http::status::bad_request, error.what());
  } catch (const dalia::ConstraintViolation& violation) {
    log(violation);
    return error_response(http::status::conflict, "the change would break a rule of the database");
  } catch (const dalia::TimeoutError& error) {
    const bool waited = error.phase() == dalia::TimeoutPhase::Acquire;
    return busy(error, waited ? "the service is busy" : "the database took too long");
  } catch (const dalia::TransientError& error) {
    return busy(error, "the change met another one; try again");
  } catch (const dalia::ConnectionError& error) {
    return busy(error, "the database cannot be reached");
  } catch (const dalia::CancelledError& error) {
    return busy(error, "the service is stopping");
  } catch (const dalia::OutcomeUnknown& error) {
    log(error);
    return in_doubt();
  } catch (const std::exception& error) {
    log(error);
    return error_response(http::status::internal_server_error, "internal error");
  }
}

}  // namespace http_service
