#include "connections/postgres/statement.hpp"

#include <algorithm>
#include <utility>

#include "connections/first_word.hpp"
#include "connections/postgres/type_catalogue.hpp"
#include "connections/postgres/types.hpp"

namespace dalia::internal::postgres {

Statement::Statement(std::string native, std::string name, std::shared_ptr<ClosedStatements> closed)
    : text_(std::move(native)), name_(std::move(name)), closed_(std::move(closed)) {
  const std::string_view sql = from_first_word(text_);
  is_commit_ = starts_with_word(sql, "COMMIT") || starts_with_word(sql, "END");
  is_rollback_ = starts_with_word(sql, "ROLLBACK") || starts_with_word(sql, "ABORT");
  is_copy_ = starts_with_word(sql, "COPY");
  ends_transaction_ = is_commit_;
  only_reads_ = starts_with_word(sql, "SELECT") || starts_with_word(sql, "VALUES") || starts_with_word(sql, "SHOW") ||
                starts_with_word(sql, "BEGIN") || starts_with_word(sql, "ROLLBACK");
}

void Statement::rename(std::string name) {
  if (is_prepared) {
    closed_->push_back(std::move(name_));
    is_prepared = false;
  }
  name_ = std::move(name);
}

Statement::~Statement() {
  try {
    rename(std::string());
  } catch (const std::exception&) {
    // It then stays prepared until the session ends.
  }
}

void Statement::release() noexcept {
  result.reset();
  parameters.release();
  cells.release();
}

bool Statement::widen_types(std::span<const ValueRef> values) {
  bool is_widened = false;
  for (std::size_t i = 0; i < std::min(values.size(), parameter_types_.size()); ++i) {
    const std::optional<Oid> wider = wider_type(values[i], parameter_types_[i]);
    if (wider) {
      given_types_.resize(parameter_types_.size(), 0);
      given_types_[i] = *wider;
      is_widened = true;
    }
  }
  return is_widened;
}

void Statement::forget_types() noexcept {
  given_types_.clear();
  is_stale = true;
}

std::vector<Oid> Statement::describe(const PGresult* description, const TypeCatalogue& catalogue) {
  parameter_types_.clear();
  for (int i = 0; i < PQnparams(description); ++i) {
    parameter_types_.push_back(PQparamtype(description, i));
  }
  parameter_count_ = parameter_types_.size();
  std::vector<std::string> names;
  std::vector<Codec> codecs;
  std::vector<Oid> unknown;
  for (Oid& type : parameter_types_) {
    const std::optional<Codec> codec = catalogue.codec_of(type);
    if (!codec) {
      unknown.push_back(type);
    } else if (*codec == Codec::TextArray) {
      type = type::text_array;  // an array of a type made in the database goes the same way
    }
  }
  for (int i = 0; i < PQnfields(description); ++i) {
    const Oid type = PQftype(description, i);
    const std::optional<Codec> codec = catalogue.codec_of(type);
    names.emplace_back(PQfname(description, i));
    codecs.push_back(codec.value_or(Codec::TextOnly));
    if (!codec) {
      unknown.push_back(type);
    }
  }
  columns_ = std::make_shared<const FieldNames>(std::move(names));
  cells.set(std::move(codecs));
  return unknown;
}

}  // namespace dalia::internal::postgres
