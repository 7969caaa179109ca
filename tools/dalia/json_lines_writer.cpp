// One JSON object a line.
#include "dalia/core/json.hpp"
#include "record_writer.hpp"

namespace dalia::program {
namespace {

class JsonLinesWriter final : public RecordWriter {
 public:
  explicit JsonLinesWriter(Output& output) noexcept : output_(output) {}

  using RecordWriter::write;
  void write(const Row& row) override {
    // Bytes that are no UTF-8, which a column of SQLite may hold, become U+FFFD.
    output_.write(to_json(row).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    output_.write("\n");
  }
  void flush() override {}
  void finish() override {}

 private:
  Output& output_;
};

}  // namespace

std::unique_ptr<RecordWriter> make_json_lines_writer(Output& output) {
  return std::make_unique<JsonLinesWriter>(output);
}

}  // namespace dalia::program
