/// What an engine can do. Library code asks these, never which engine or version it talks to.
#pragma once

#include <cstddef>

namespace dalia {

/// Where SqlEntityGenerator::get_save_sql() may run.
enum class SaveStatement : unsigned char { None, OutsideTransactions, Everywhere };

struct Capabilities {
  bool returning_on_insert = false;         ///< INSERT ... RETURNING
  bool returning_on_update = false;         ///< UPDATE ... RETURNING
  bool transactional_ddl = false;           ///< CREATE and ALTER roll back with their transaction
  bool extra_column = false;                ///< entity tables have _extra, for fields whose column has to wait
  bool arrays = false;                      ///< array constructors and subscripts
  bool question_mark_operators = false;     ///< operators that hold a ?, written ?? in portable SQL
  bool non_finite_doubles = false;          ///< stores NaN and infinities
  bool signed_zero = false;                 ///< -0.0 is stored as such
  bool nulls_sort_high = false;             ///< NULL sorts above every value; false: below
  bool null_safe_distinct = true;           ///< IS [NOT] DISTINCT FROM; else <=>
  bool places_nulls = true;                 ///< NULLS FIRST and NULLS LAST
  bool adds_missing_columns_alone = false;  ///< ADD COLUMN IF NOT EXISTS
  std::size_t max_decimal_digits = 0;       ///< of a decimal field, in all; 0 means no limit
  std::size_t max_decimal_fraction = 0;     ///< of them after the point
  bool instant_columns = false;             ///< has a column type for instants; else their canonical text is stored
  bool is_remote = false;                   ///< statements cross a link to a server
  bool errors_fail_transactions = false;    ///< after an error a transaction can only be rolled back, or to a savepoint
  SaveStatement save_statement = SaveStatement::None;  ///< an entity is saved in one statement where that is faster
  bool updates_cheaper = false;      ///< SqlEntityGenerator::get_save_sql() for a present id costs less than for any
  bool repeated_parameters = false;  ///< get_save_sql() repeats parameters, but for those of long values
  bool array_saves = false;          ///< SqlEntityGenerator::get_save_many_sql() saves many entities in one statement
  bool array_binding = false;        ///< changes run for many rows at once (PreparedStatement::takes_rows)
  std::size_t max_parameters = 0;    ///< in one statement
  std::size_t max_identifier_bytes = 0;  ///< longer names are cut or refused by the engine; 0 means no limit
};

}  // namespace dalia
