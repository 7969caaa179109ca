// Rows as a table as wide as the terminal at most; where it has too many columns for that, one row below the other.
#include <algorithm>
#include <numeric>

#include "display_text.hpp"
#include "record_writer.hpp"

namespace dalia::program {
namespace {

constexpr std::size_t rows_that_set_widths = 1000;
constexpr std::size_t least_width = 5;  // of a column that is cut
constexpr std::string_view gap = "  ";

struct Cell {
  DisplayText shown;
  bool is_number = false;
};
using Cells = std::vector<Cell>;

bool is_number(Kind kind) noexcept {
  return kind == Kind::Int64 || kind == Kind::Double || kind == Kind::Decimal;
}

void add(std::string& line, const DisplayText& text, std::size_t width, bool to_the_right) {
  const std::string blanks(width - std::min(width, text.width), ' ');
  line += to_the_right ? blanks + text.text : text.text + blanks;
}

std::string repeated(std::string_view mark, std::size_t times) {
  std::string text;
  while (times-- > 0) {
    text += mark;
  }
  return text;
}

void end_line(Output& output, std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
  line += '\n';
  output.write(line);
  line.clear();
}

class TableWriter final : public RecordWriter {
 public:
  TableWriter(Output& output, std::size_t width) noexcept : output_(output), width_(width) {}

  using RecordWriter::write;
  void write(const Row& row) override {
    if (!is_begun_ || !std::equal(names_.begin(), names_.end(), row.columns().begin(), row.columns().end())) {
      begin(row.columns());
    }
    Cells cells;
    cells.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string text = row[i].is_null() ? "null" : row[i].to_text();
      cells.push_back({display_text(text, width_), is_number(row[i].kind())});
    }
    ++rows_;
    if (is_laid_out_) {
      print(cells);
      return;
    }
    waiting_.push_back(std::move(cells));
    if (waiting_.size() == rows_that_set_widths) {
      flush();
    }
  }

  void flush() override {
    if (!is_begun_) {
      return;
    }
    if (!is_laid_out_) {
      lay_out();
    }
    for (const Cells& cells : waiting_) {
      print(cells);
    }
    waiting_.clear();
  }

  void finish() override {
    flush();
    if (rows_ == 0) {
      output_.write("(no rows)\n");
    }
  }

 private:
  /// The rows that follow have these columns.
  void begin(const FieldNames& columns) {
    flush();
    if (is_begun_) {
      output_.write("\n");
    }
    names_.assign(columns.begin(), columns.end());
    is_begun_ = true;
    is_laid_out_ = false;
  }

  void lay_out() {
    is_laid_out_ = true;
    widths_.clear();
    name_width_ = 0;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      std::size_t widest = display_text(names_[i], width_).width;
      name_width_ = std::min(std::max(name_width_, widest), width_ / 2);
      for (const Cells& cells : waiting_) {
        widest = std::max(widest, cells[i].shown.width);
      }
      widths_.push_back(widest);
    }
    is_table_ = shrink();
    if (is_table_) {
      print_head();
    }
  }

  /// Makes the widest columns narrower until the table fits.  @return false where it cannot.
  bool shrink() {
    const std::size_t gaps = gap.size() * (names_.size() - 1);
    const auto total = [&](std::size_t most) {
      return std::accumulate(widths_.begin(), widths_.end(), gaps,
                             [&](std::size_t sum, std::size_t width) { return sum + std::min(width, most); });
    };
    std::size_t most = width_;
    while (total(most) > width_ && most > least_width) {
      --most;
    }
    if (total(most) > width_) {
      return false;
    }
    std::size_t spare = width_ - total(most);
    for (std::size_t& width : widths_) {
      const std::size_t wanted = width;
      width = std::min(width, most);
      const std::size_t more = std::min(wanted - width, spare);
      width += more;
      spare -= more;
    }
    return true;
  }

  void print_head() {
    std::string line;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      line += i == 0 ? "" : gap;
      // A number's name stands above its digits.
      const bool to_the_right = !waiting_.empty() && waiting_.front()[i].is_number;
      add(line, display_text(names_[i], widths_[i]), widths_[i], to_the_right);
    }
    end_line(output_, line);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      line += i == 0 ? "" : gap;
      line += repeated("─", widths_[i]);
    }
    end_line(output_, line);
  }

  void print(const Cells& cells) {
    if (!is_table_) {
      print_record(cells);
      return;
    }
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += i == 0 ? "" : gap;
      add(line, display_text(cells[i].shown.text, widths_[i]), widths_[i], cells[i].is_number);
    }
    end_line(output_, line);
  }

  void print_record(const Cells& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      add(line, display_text(names_[i], name_width_), name_width_, false);
      line += gap;
      line += display_text(cells[i].shown.text, width_ - name_width_ - gap.size()).text;
      end_line(output_, line);
    }
    line = repeated("─", width_);
    end_line(output_, line);
  }

  Output& output_;
  const std::size_t width_;
  std::vector<std::string> names_;
  std::vector<std::size_t> widths_;
  std::size_t name_width_ = 0;  ///< of the longest name, where rows stand one below the other
  std::vector<Cells> waiting_;  ///< the first rows, until the widths are known
  std::size_t rows_ = 0;
  bool is_begun_ = false;
  bool is_laid_out_ = false;
  bool is_table_ = true;
};

}  // namespace

std::unique_ptr<RecordWriter> make_table_writer(Output& output, std::size_t width) {
  return std::make_unique<TableWriter>(output, std::max<std::size_t>(width, 20));
}

}  // namespace dalia::program
