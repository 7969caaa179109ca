/// Session: one physical connection. This is the backend border: a new engine subclasses it (through BlockingSession
/// where its client library only blocks) and gets connections, entities and pools from the library.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "dalia/core/export.hpp"
#include "dalia/core/field_names.hpp"

namespace dalia {

struct VersionDetails {
  std::string server;  ///< "3.40.1"
  std::string driver;  ///< the client library with its version
};

/// What a finished statement did.
struct StatementCounts {
  std::int64_t affected_rows = 0;  ///< rows matched by a change, 0 otherwise
  std::int64_t last_insert_id = 0;
};

/// How the rows of a statement come.
enum class RowDelivery {
  Whole,    ///< all at once, in the client's memory
  Streamed  ///< as they are fetched, in bounded memory
};

/// A statement prepared on one session; destroyed before its session.
class DALIA_EXPORT PreparedStatement {
 public:
  PreparedStatement() = default;
  PreparedStatement(const PreparedStatement&) = delete;
  PreparedStatement& operator=(const PreparedStatement&) = delete;
  virtual ~PreparedStatement();

  /// Empty for statements without rows. May change when the engine prepares again after a schema change.
  [[nodiscard]] const SharedFieldNames& columns() const noexcept { return columns_; }
  [[nodiscard]] std::size_t parameter_count() const noexcept { return parameter_count_; }
  /// Surely changes nothing; false where that is not known.
  [[nodiscard]] bool only_reads() const noexcept { return only_reads_; }
  /// May be started with the parameters of several rows, one after the other, where each parameter has one kind in all
  /// of them, or is null: then it runs for each of them, in one round trip. Where it fails, some of them may have been
  /// done.
  [[nodiscard]] bool takes_rows() const noexcept { return takes_rows_; }
  /// COMMIT and the like: stopped on the way, it may have been done all the same.
  [[nodiscard]] bool ends_transaction() const noexcept { return ends_transaction_; }

 protected:
  SharedFieldNames columns_ = std::make_shared<const FieldNames>();
  std::size_t parameter_count_ = 0;
  bool only_reads_ = false;
  bool takes_rows_ = false;
  bool ends_transaction_ = false;
};

/// Belongs to one thread at a time.
class DALIA_EXPORT Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session();

  /// "sqlite", "postgres", "mysql" or a registered name.
  [[nodiscard]] virtual std::string_view backend() const noexcept = 0;
  /// The engine's own answer.
  [[nodiscard]] virtual bool in_transaction() const noexcept = 0;
  /// False once the link is gone; such a session is closed, never reused.
  [[nodiscard]] virtual bool is_usable() const noexcept = 0;
  [[nodiscard]] virtual VersionDetails version_details() = 0;
  /// Whether prepared statements keep the parameter types that the tables had then.
  [[nodiscard]] virtual bool fixes_parameter_types() const noexcept { return false; }
  /// The client library's own handle (sqlite3*, PGconn*, MYSQL*).
  [[nodiscard]] virtual void* native_handle() noexcept = 0;
};

}  // namespace dalia
