#include "connections/rethrow.hpp"

#include <utility>

#include <fmt/format.h>

namespace dalia::internal {
namespace {

template <class T>
void throw_if(const Error& error, const std::string& message, ErrorFacts& facts) {
  if (dynamic_cast<const T*>(&error) != nullptr) {
    throw T(message, std::move(facts));
  }
}

std::string duration_text(std::chrono::nanoseconds duration) {
  return fmt::format("{} s", std::chrono::duration<double>(duration).count());
}

/// 1,234
std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

}  // namespace

void rethrow_as(const Error& error, const std::string& message, ErrorFacts facts) {
  if (const auto* violation = dynamic_cast<const ConstraintViolation*>(&error)) {
    throw ConstraintViolation(message, violation->kind(), violation->constraint(), violation->table(),
                              violation->column(), std::move(facts));
  }
  if (const auto* timeout = dynamic_cast<const TimeoutError*>(&error)) {
    throw TimeoutError(message, timeout->phase(), std::move(facts));
  }
  throw_if<QueryError>(error, message, facts);
  throw_if<AuthenticationError>(error, message, facts);
  throw_if<ConnectionError>(error, message, facts);
  throw_if<TransientError>(error, message, facts);
  throw_if<OutcomeUnknown>(error, message, facts);
  throw_if<CancelledError>(error, message, facts);
  throw_if<UsageError>(error, message, facts);
  throw_if<TranslationError>(error, message, facts);
  throw Error(message, std::move(facts));
}

void rethrow_numbered(const Error& error, std::string_view what, std::size_t index) {
  rethrow_as(error, fmt::format("{} {} (counting from 0): {}", what, grouped(index), error.what()), error.facts());
}

void rethrow_for_caller(const Error& error, std::string_view statement, std::chrono::nanoseconds limit) {
  ErrorFacts facts = error.facts();
  facts.has_position = facts.has_position && facts.statement == statement;
  facts.statement = statement;
  const bool is_timeout = dynamic_cast<const TimeoutError*>(&error) != nullptr;
  rethrow_as(error, is_timeout ? fmt::format("{} (limit: {})", error.what(), duration_text(limit)) : error.what(),
             std::move(facts));
}

}  // namespace dalia::internal
