/// What the server's catalogue says about types that were made in the database.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include "connections/postgres/results.hpp"

namespace dalia::internal::postgres {

/// For one session. Types that are dropped and made again get new ids, so nothing here grows old.
class TypeCatalogue {
 public:
  /// Null where the server has to be asked.
  [[nodiscard]] std::optional<Codec> codec_of(Oid type) const;
  /// The question, as simple SQL.
  [[nodiscard]] static std::string query(const std::vector<Oid>& types);
  /// The answer. What it does not name stays text.
  void learn(const std::vector<Oid>& types, const PGresult* answer);

 private:
  std::map<Oid, Codec> codecs_;
};

}  // namespace dalia::internal::postgres
