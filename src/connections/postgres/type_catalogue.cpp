#include "connections/postgres/type_catalogue.hpp"

#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connections/postgres/types.hpp"

namespace dalia::internal::postgres {

std::optional<Codec> TypeCatalogue::codec_of(Oid type) const {
  if (const std::optional<Codec> codec = postgres::codec_of(type)) {
    return codec;
  }
  const auto found = codecs_.find(type);
  if (found != codecs_.end()) {
    return found->second;
  }
  return type < type::first_of_users ? std::optional(Codec::TextOnly) : std::nullopt;
}

std::string TypeCatalogue::query(const std::vector<Oid>& types) {
  return fmt::format("SELECT t.oid, t.typtype, t.typname, t.typcategory FROM pg_catalog.pg_type t WHERE t.oid IN ({})",
                     fmt::join(types, ", "));
}

void TypeCatalogue::learn(const std::vector<Oid>& types, const PGresult* answer) {
  for (const Oid type : types) {
    codecs_.emplace(type, Codec::TextOnly);
  }
  for (int row = 0; row < PQntuples(answer); ++row) {
    const auto type = static_cast<Oid>(std::stoul(PQgetvalue(answer, row, 0)));
    const char kind = *PQgetvalue(answer, row, 1);
    const std::string_view name = PQgetvalue(answer, row, 2);
    const char category = *PQgetvalue(answer, row, 3);
    if (kind == 'e' || name == "citext") {
      codecs_[type] = Codec::Text;  // whose binary form is the text
    } else if (category == 'A') {
      codecs_[type] = Codec::TextArray;
    }
  }
}

}  // namespace dalia::internal::postgres
