/// Translates portable SQL ([name], ?, ??) to the text one engine reads. Pure text: no I/O, no session.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "dalia/core/export.hpp"
#include "dalia/generators/capabilities.hpp"

namespace dalia {

/// A statement in an engine's own SQL.
struct NativeQuery {
  std::string text;
  /// Values the statement needs; native numbered parameters ($1, ?1) count up to the highest number.
  std::size_t parameter_count = 0;

  friend bool operator==(const NativeQuery&, const NativeQuery&) = default;
};

/// One per dialect; subclass it for a new engine. Thread-safe: all members are const.
class DALIA_EXPORT SqlGenerator {
 public:
  virtual ~SqlGenerator();

  /// "sqlite", "postgres", "mysql", ...
  [[nodiscard]] virtual std::string_view dialect() const noexcept = 0;
  [[nodiscard]] virtual const Capabilities& capabilities() const noexcept = 0;

  /// Copies every byte that is not a bracket name or a portable parameter.
  /// @throws TranslationError with line and column for what cannot be read safely (docs/portable-sql.md).
  [[nodiscard]] virtual NativeQuery convert_query_to_native(std::string_view portable) const = 0;

  /// Quotes a name so that it stays one token whatever it holds.
  /// @throws UsageError for an empty name, NUL or invalid UTF-8.
  [[nodiscard]] virtual std::string escape_identifier(std::string_view name) const = 0;

  /// The statement that sets the server-side limit for the next statements; empty where the engine has none and the
  /// session enforces the deadline itself (SQLite).
  [[nodiscard]] virtual std::string get_timeout_sql(std::chrono::milliseconds timeout) const = 0;
};

/// The generator of a built-in dialect: "sqlite", "postgres" or "mysql" (aliases as in DatabaseFactory).
/// @throws UsageError naming the known dialects.
[[nodiscard]] DALIA_EXPORT std::unique_ptr<SqlGenerator> make_sql_generator(std::string_view dialect);

}  // namespace dalia
