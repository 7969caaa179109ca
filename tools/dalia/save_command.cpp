// dalia save: entities from JSON, in transactions of bounded size.
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "commands.hpp"
#include "database.hpp"
#include "entity_reader.hpp"
#include "failures.hpp"
#include "progress.hpp"
#include "record_writer.hpp"
#include "stop_signal.hpp"

namespace dalia::program {
namespace {

constexpr std::size_t rows_in_a_batch = 1000;
constexpr std::size_t bytes_in_a_chunk = std::size_t{4} * 1024 * 1024;

/// What is handed to the library in one call.
struct Chunk {
  std::vector<Entity> entities;
  std::vector<std::size_t> lines;
  bool is_last = false;  ///< of its transaction
};

class Saving {
 public:
  Saving(const Settings& settings, const SaveCommand& command)
      : command_(command),
        database_(database_of(settings, MissingFile::Create)),
        reader_(command.file),
        output_(STDOUT_FILENO),
        writer_(make_writer(settings, output_)),
        shares_terminal_(is_terminal(STDOUT_FILENO)),
        progress_(command.is_quiet ? Show::Never : Show::Always, reader_.source().total()) {
    options_.deserialize();
    if (command.user) {
      options_.user_id(*command.user);
    }
    if (command.comment) {
      options_.comment(*command.comment);
    }
    if (command.expected_version) {
      options_.expected_version(*command.expected_version);
      refuse_several();
    }
  }

  void run() {
    connection_.emplace(database_->sync_connection());
    const StopOnSignal stop(**connection_);
    try {
      (*connection_)->save_entities(command_.entity, {});  // checks the name
      while (!is_read_) {
        save_transaction();
      }
      finish();
    } catch (const std::exception& error) {
      progress_.clear();
      flush_quietly();
      if (stop_requested()) {
        throw Stopped(fmt::format("interrupted; {}", outcome()));
      }
      throw Failure(fmt::format("{}; {}", error.what(), outcome()));
    }
  }

 private:
  [[nodiscard]] bool is_one_transaction() const { return command_.is_atomic || reader_.is_one_value(); }
  [[nodiscard]] std::string outcome() const {
    return saved_ == 0 ? "nothing was saved" : fmt::format("{} saved", saved_);
  }

  void refuse_several() {
    first_ = reader_.next();
    if (first_ && reader_.next()) {
      throw WrongUsage("--expected-version goes with one object, the input has several");
    }
  }

  std::optional<ReadEntity> next() {
    std::optional<ReadEntity> read = first_ ? std::exchange(first_, std::nullopt) : reader_.next();
    is_read_ = !read;
    return read;
  }

  /// @param most  rows left in the transaction.
  Chunk read_chunk(std::size_t most) {
    Chunk chunk;
    std::size_t bytes = 0;
    // No row is waited for that belongs to the next transaction.
    while (chunk.entities.size() < std::min(most, rows_in_a_batch) && bytes < bytes_in_a_chunk) {
      throw_if_stopped();
      std::optional<ReadEntity> read = next();
      if (!read) {
        break;
      }
      bytes += read->bytes;
      chunk.lines.push_back(read->line);
      chunk.entities.push_back(std::move(read->entity));
    }
    chunk.is_last = is_read_ || chunk.entities.size() == most;
    return chunk;
  }

  void save_transaction() {
    std::size_t left = is_one_transaction() ? std::numeric_limits<std::size_t>::max() : rows_in_a_batch;
    Chunk chunk = read_chunk(left);
    if (chunk.is_last) {
      const std::vector<Entity> rows = save(chunk);
      saved_ += rows.size();
      print(rows);
    } else {
      save_long_transaction(std::move(chunk), left);
    }
    writer_->flush();
    if (shares_terminal_ && !command_.is_quiet) {
      progress_.clear();
    }
    flush();
    progress_.update(saved_, reader_.source().position());
  }

  /// More than is held in memory: the rows to print wait in the output for the commit.
  void save_long_transaction(Chunk chunk, std::size_t left) {
    SyncConnection& connection = **connection_;
    std::size_t count = 0;
    connection.begin_transaction();
    output_.hold();
    for (;;) {
      const std::vector<Entity> rows = save(chunk);
      count += rows.size();
      left -= rows.size();
      print(rows);
      progress_.update(saved_ + count, reader_.source().position());
      if (chunk.is_last) {
        break;
      }
      chunk = read_chunk(left);
    }
    throw_if_stopped();
    connection.commit_transaction();
    saved_ += count;
    progress_.clear();
    release();
  }

  std::vector<Entity> save(const Chunk& chunk) {
    throw_if_stopped();
    try {
      return (*connection_)->save_entities(command_.entity, chunk.entities, options_);
    } catch (const Error& error) {
      if (stop_requested()) {
        throw;
      }
      explain(chunk, error);
    }
  }

  /// Names the line: the library refuses a list as a whole, so what it refuses is looked for one by one, and undone.
  [[noreturn]] void explain(const Chunk& chunk, const Error& error) {
    const bool is_about_one = dynamic_cast<const EntityError*>(&error) != nullptr ||
                              dynamic_cast<const UsageError*>(&error) != nullptr ||
                              dynamic_cast<const ConstraintViolation*>(&error) != nullptr;
    SyncConnection& connection = **connection_;
    if (is_about_one && chunk.entities.size() > 1) {
      if (!connection.in_transaction()) {
        connection.begin_transaction();
      }
      for (std::size_t i = 0; i < chunk.entities.size(); ++i) {
        throw_if_stopped();
        try {
          connection.save_entity(command_.entity, chunk.entities[i], options_);
        } catch (const Error& of_one) {
          throw Failure(fmt::format("line {}: {}", chunk.lines[i], of_one.what()));
        }
      }
    }
    if (chunk.lines.empty()) {
      throw Failure(error.what());
    }
    if (chunk.lines.front() == chunk.lines.back()) {
      throw Failure(fmt::format("line {}: {}", chunk.lines.front(), error.what()));
    }
    throw Failure(fmt::format("lines {} to {}: {}", chunk.lines.front(), chunk.lines.back(), error.what()));
  }

  void print(const std::vector<Entity>& rows) {
    if (command_.is_quiet || is_closed_) {
      return;
    }
    for (const Entity& row : rows) {
      to_output([&] { writer_->write(row); });
    }
  }
  void flush() {
    to_output([&] { output_.flush(); });
  }
  void release() {
    to_output([&] { output_.release(); });
  }
  void finish() {
    progress_.clear();
    if (!command_.is_quiet) {
      to_output([&] { writer_->finish(); });
      flush();
      return;
    }
    const std::string line = fmt::format("{} saved\n", saved_);
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
  }
  /// Rows of committed batches are shown even where the work then failed.
  void flush_quietly() noexcept {
    try {
      if (!(*connection_)->in_transaction()) {
        flush();
      }
    } catch (const std::exception&) {
      // The failure that led here is the one to tell.
    }
  }
  /// Saving goes on where nobody reads the rows any more.
  template <class Write>
  void to_output(const Write& write_it) {
    if (is_closed_) {
      return;
    }
    try {
      write_it();
    } catch (const OutputClosed&) {
      is_closed_ = true;
    }
  }

  const SaveCommand& command_;
  std::unique_ptr<ConnectionManager> database_;
  std::optional<SyncConnectionHandle> connection_;
  EntityReader reader_;
  std::optional<ReadEntity> first_;  ///< where it was read ahead
  bool is_read_ = false;             ///< to its end
  SaveOptions options_;
  Output output_;
  std::unique_ptr<RecordWriter> writer_;
  bool shares_terminal_;
  bool is_closed_ = false;
  Progress progress_;
  std::size_t saved_ = 0;
};

}  // namespace

void run(const Settings& settings, const SaveCommand& command) {
  Saving(settings, command).run();
}

}  // namespace dalia::program
