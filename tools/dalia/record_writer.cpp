#include "record_writer.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace dalia::program {

RecordWriter::~RecordWriter() = default;

void RecordWriter::write(const Entity& entity) {
  cells_.clear();
  for (std::size_t i = 0; i < entity.size(); ++i) {
    cells_.push_back(entity.value(i));
  }
  write(Row(*entity.names(), cells_));
}

bool is_terminal(int descriptor) noexcept {
  return isatty(descriptor) == 1;
}

std::size_t terminal_width(int descriptor) noexcept {
  winsize size{};
  const bool is_known = ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

bool wants_tables(const Settings& settings, const Output& output) noexcept {
  return settings.format == OutputFormat::Automatic && is_terminal(output.descriptor());
}

std::unique_ptr<RecordWriter> make_writer(const Settings& settings, Output& output) {
  return wants_tables(settings, output) ? make_table_writer(output, terminal_width(output.descriptor()))
                                        : make_json_lines_writer(output);
}

void write_only(const Settings& settings, const Entity& entity) {
  Output output(STDOUT_FILENO);
  const auto writer = make_writer(settings, output);
  writer->write(entity);
  writer->finish();
  output.flush();
}

}  // namespace dalia::program
