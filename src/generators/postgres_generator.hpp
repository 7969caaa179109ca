/// PostgreSQL 12 and later.
#pragma once

#include <chrono>
#include <string>

#include "generators/translating_generator.hpp"

namespace dalia::internal {

/// Server settings that change how text is read; dalia's sessions keep them at these values.
struct PostgresReading {
  bool standard_conforming_strings = true;
};

class PostgresGenerator : public TranslatingGenerator {
 public:
  explicit PostgresGenerator(PostgresReading reading = PostgresReading());

  /// SET statement_timeout, in milliseconds; 0 lifts the limit (PostgreSQL 15 manual, 20.11.1).
  [[nodiscard]] std::string get_timeout_sql(std::chrono::milliseconds timeout) const override;
};

}  // namespace dalia::internal
