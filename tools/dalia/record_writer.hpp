/// RecordWriter: where a command's rows go. Tables and JSON Lines are its two kinds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"
#include "dalia/core/entity.hpp"
#include "dalia/core/row.hpp"
#include "output.hpp"

namespace dalia::program {

class RecordWriter {
 public:
  RecordWriter() = default;
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;
  virtual ~RecordWriter();

  virtual void write(const Row& row) = 0;
  void write(const Entity& entity);
  /// Hands rows that wait for others, to be laid out together, to the Output.
  virtual void flush() = 0;
  /// After the last row.
  virtual void finish() = 0;

 private:
  std::vector<ValueRef> cells_;  ///< of the entity being written; kept for its memory
};

[[nodiscard]] std::unique_ptr<RecordWriter> make_json_lines_writer(Output& output);
/// @param width  columns of the terminal.
[[nodiscard]] std::unique_ptr<RecordWriter> make_table_writer(Output& output, std::size_t width);

[[nodiscard]] bool is_terminal(int descriptor) noexcept;
/// 80 where it is not known.
[[nodiscard]] std::size_t terminal_width(int descriptor) noexcept;
/// Whether tables are wanted: on a terminal, unless --json was given.
[[nodiscard]] bool wants_tables(const Settings& settings, const Output& output) noexcept;
[[nodiscard]] std::unique_ptr<RecordWriter> make_writer(const Settings& settings, Output& output);

/// Writes one entity, and the end.
void write_only(const Settings& settings, const Entity& entity);

}  // namespace dalia::program
