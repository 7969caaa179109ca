#include "bare_sqlite.hpp"

#include <chrono>
#include <cstring>
#include <stdexcept>

namespace dalia::benchmarks {
namespace {

/// "00" to "99".
constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void write_pair(char* out, unsigned value) noexcept {
  std::memcpy(out, &digit_pairs[2 * std::size_t{value}], 2);
}

unsigned read_digits(const char* text, int count) noexcept {
  unsigned value = 0;
  for (int i = 0; i < count; ++i) {
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  return value;
}

}  // namespace

void write_instant(Instant instant, InstantText& text) noexcept {
  constexpr char form[] = "0000-00-00T00:00:00.000000Z";
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const auto microseconds = static_cast<unsigned long>((instant - day).count());
  const auto seconds = static_cast<unsigned>(microseconds / 1000000);
  const auto fraction = static_cast<unsigned>(microseconds % 1000000);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  char* out = text.data();
  std::memcpy(out, form, text.size());
  write_pair(out, year / 100);
  write_pair(out + 2, year % 100);
  write_pair(out + 5, static_cast<unsigned>(date.month()));
  write_pair(out + 8, static_cast<unsigned>(date.day()));
  write_pair(out + 11, seconds / 3600);
  write_pair(out + 14, seconds / 60 % 60);
  write_pair(out + 17, seconds % 60);
  write_pair(out + 20, fraction / 10000);
  write_pair(out + 22, fraction / 100 % 100);
  write_pair(out + 24, fraction % 100);
}

Instant read_instant(const char* text, int size) {
  if (size != static_cast<int>(InstantText().size()) || text[10] != 'T' || text[26] != 'Z') {
    throw std::runtime_error("bare client: not an instant: " + std::string(text, static_cast<std::size_t>(size)));
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(read_digits(text, 4))),
                                         std::chrono::month(read_digits(text + 5, 2)),
                                         std::chrono::day(read_digits(text + 8, 2)));
  const unsigned seconds =
      (read_digits(text + 11, 2) * 60 + read_digits(text + 14, 2)) * 60 + read_digits(text + 17, 2);
  return std::chrono::sys_days(date) + std::chrono::seconds(seconds) +
         std::chrono::microseconds(read_digits(text + 20, 6));
}

void fail(sqlite3* database, int code) {
  throw std::runtime_error(std::string("bare client: ") + sqlite3_errstr(code) + ": " + sqlite3_errmsg(database));
}

BareDatabase::BareDatabase(const std::string& file) {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(
      file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  handle_.reset(opened);
  if (result != SQLITE_OK) {
    fail(opened, result);
  }
  for (const int off : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_TRUSTED_SCHEMA}) {
    sqlite3_db_config(opened, off, 0, nullptr);
  }
  for (const int on : {SQLITE_DBCONFIG_ENABLE_FKEY, SQLITE_DBCONFIG_DEFENSIVE}) {
    sqlite3_db_config(opened, on, 1, nullptr);
  }
  sqlite3_busy_timeout(opened, 60'000);
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
}

BareStatement BareDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int result = sqlite3_prepare_v3(get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &prepared, nullptr);
  BareStatement statement(prepared);
  if (result != SQLITE_OK) {
    fail(get(), result);
  }
  return statement;
}

void BareDatabase::run(const char* sql) {
  const int result = sqlite3_exec(get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) {
    fail(get(), result);
  }
}

void bind_sample(sqlite3_stmt* statement, int first, const Sample& sample, InstantText& created) {
  write_instant(sample.created, created);
  check(statement, sqlite3_bind_int64(statement, first, sample.id));
  bind_text(statement, first + 1, sample.name);
  check(statement, sqlite3_bind_double(statement, first + 2, sample.score));
  bind_text(statement, first + 3, std::string_view(created.data(), created.size()));
  check(statement, sqlite3_bind_int(statement, first + 4, sample.active ? 1 : 0));
  bind_text(statement, first + 5, sample.payload);
}

void read_sample(sqlite3_stmt* statement, Sample& sample) {
  sample.id = sqlite3_column_int64(statement, 0);
  sample.name = column_text(statement, 1);
  sample.score = sqlite3_column_double(statement, 2);
  const std::string_view created = column_text(statement, 3);
  sample.created = read_instant(created.data(), static_cast<int>(created.size()));
  sample.active = sqlite3_column_int(statement, 4) != 0;
  sample.payload = column_text(statement, 5);
}

void fill_samples(const std::string& file, std::size_t rows) {
  BareDatabase database(file);
  database.run(sample_table_sql);
  database.run("BEGIN IMMEDIATE");
  const BareStatement insert = database.prepare("INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?)");
  for (std::size_t i = 1; i <= rows; ++i) {
    const Sample sample = make_sample(static_cast<std::int64_t>(i));
    InstantText created;
    bind_sample(insert.get(), 1, sample, created);
    run_to_end(insert.get());
  }
  database.run("COMMIT");
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace dalia::benchmarks
