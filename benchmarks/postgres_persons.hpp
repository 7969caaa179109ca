/// Saving and reading entities "person" on PostgreSQL by hand, for the outcome that save_entity gives on the same
/// tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bare_postgres.hpp"
#include "person.hpp"
#include "scratch_schema.hpp"

namespace dalia::benchmarks {

/// A save is the one statement that dalia runs too, prepared once: that for present ids until one is not there, then
/// that for any. A batch is the one over arrays, which go in binary. Both give back the whole stored rows.
class PostgresPersons {
 public:
  using Scratch = ScratchSchema;

  /// The tables exist.
  explicit PostgresPersons(const ScratchSchema& scratch);

  ServerPerson save(const Person& person, const ChangeNote& note);
  /// Of ids that differ. In the order of the answer, which is not that of the input.
  std::vector<ServerPerson> save_all(const std::vector<Person>& persons, const ChangeNote& note);

  /// Not deleted, by created_at and id.
  std::vector<ServerPerson> find_all();
  std::optional<ServerPerson> get(std::string_view id);

 private:
  static constexpr const char* save_present = "save_present";
  static constexpr const char* save_any = "save_any";

  /// Of the parameters from `first` on: now, who, the epoch, why and the transaction.
  static void bind_change(BareParameters& parameters, std::size_t first, const ChangeNote& note);

  BareConnection connection_;
  const char* save_name_ = save_present;
  BareParameters save_{12};
  BareParameters save_many_{11};
  BareParameters get_{1};
  BareParameters none_{0};
  std::string payload_;
  std::vector<std::string> arrays_{6};
};

}  // namespace dalia::benchmarks
