#include "bare_mysql.hpp"

#include <chrono>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

namespace dalia::benchmarks {
namespace {

/// As dalia's sessions have them.
constexpr std::string_view session_sql =
    "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin, sql_mode = 'STRICT_ALL_TABLES,PIPES_AS_CONCAT,NO_ZERO_IN_DATE,"
    "NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', "
    "tx_isolation = 'READ-COMMITTED', autocommit = 1, max_recursive_iterations = 4294967295, lock_wait_timeout = 10";

MYSQL_BIND bind_of(enum_field_types type, void* buffer) noexcept {
  MYSQL_BIND bind{};
  bind.buffer_type = type;
  bind.buffer = buffer;
  return bind;
}

Instant instant_of(const MYSQL_TIME& time) noexcept {
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(time.year)), std::chrono::month(time.month),
                                         std::chrono::day(time.day)};
  return std::chrono::sys_days(date) + std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
         std::chrono::seconds(time.second) + std::chrono::microseconds(time.second_part);
}

}  // namespace

MYSQL_TIME server_time(Instant instant) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(instant - day);
  MYSQL_TIME time{};
  time.year = static_cast<unsigned>(static_cast<int>(date.year()));
  time.month = static_cast<unsigned>(date.month());
  time.day = static_cast<unsigned>(date.day());
  time.hour = static_cast<unsigned>(clock.hours().count());
  time.minute = static_cast<unsigned>(clock.minutes().count());
  time.second = static_cast<unsigned>(clock.seconds().count());
  time.second_part = static_cast<unsigned long>(clock.subseconds().count());
  return time;
}

void TextPlace::set(std::string_view text) {
  if (text.size() > bytes_.size()) {
    throw std::length_error("bare client: a text is longer than its place");
  }
  std::memcpy(bytes_.data(), text.data(), text.size());
  length_ = text.size();
}

void TextPlace::set_optional(const std::optional<std::string>& text) {
  is_null_ = text ? 0 : 1;
  set(text ? std::string_view(*text) : std::string_view());
}

std::optional<std::string> TextPlace::get_optional() const {
  return is_null_ != 0 ? std::nullopt : std::optional<std::string>(get());
}

MYSQL_BIND TextPlace::bind() noexcept {
  MYSQL_BIND bind = bind_of(MYSQL_TYPE_STRING, bytes_.data());
  bind.buffer_length = bytes_.size();
  bind.length = &length_;
  bind.is_null = &is_null_;
  return bind;
}

void InstantPlace::set(Instant instant) noexcept {
  time_ = server_time(instant);
}

Instant InstantPlace::get() const noexcept {
  return instant_of(time_);
}

MYSQL_BIND InstantPlace::bind() noexcept {
  MYSQL_BIND bind = bind_of(MYSQL_TYPE_DATETIME, &time_);
  bind.buffer_length = sizeof time_;
  bind.is_null = &is_null_;
  return bind;
}

MYSQL_BIND bind_numbers(std::int64_t* numbers) noexcept {
  return bind_of(MYSQL_TYPE_LONGLONG, numbers);
}

MYSQL_BIND bind_doubles(double* numbers) noexcept {
  return bind_of(MYSQL_TYPE_DOUBLE, numbers);
}

MYSQL_BIND bind_flags(signed char* flags) noexcept {
  return bind_of(MYSQL_TYPE_TINY, flags);
}

// The library only reads it.
MYSQL_BIND bind_view(std::string_view text) noexcept {
  MYSQL_BIND bind = bind_of(MYSQL_TYPE_STRING, const_cast<char*>(text.data()));
  bind.buffer_length = text.size();
  return bind;
}

void TextColumn::set(std::size_t row, std::string_view text) noexcept {
  texts_[row] = text.data();
  lengths_[row] = text.size();
  indicators_[row] = STMT_INDICATOR_NONE;
}

void TextColumn::set_optional(std::size_t row, const std::optional<std::string>& text) noexcept {
  set(row, text ? std::string_view(*text) : std::string_view(""));
  indicators_[row] = text ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL;
}

MYSQL_BIND TextColumn::bind() noexcept {
  MYSQL_BIND bind = bind_of(MYSQL_TYPE_STRING, texts_.data());
  bind.length = lengths_.data();
  bind.u.indicator = indicators_.data();
  return bind;
}

InstantColumn::InstantColumn(std::size_t rows) : times_(rows), pointers_(rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    pointers_[i] = &times_[i];
  }
}

MYSQL_BIND InstantColumn::bind() noexcept {
  return bind_of(MYSQL_TYPE_DATETIME, pointers_.data());
}

BareMySqlStatement::BareMySqlStatement(MYSQL* connection, std::string_view sql) : handle_(mysql_stmt_init(connection)) {
  if (handle_ == nullptr) {
    throw std::runtime_error("bare client: out of memory");
  }
  check(mysql_stmt_prepare(handle_.get(), sql.data(), sql.size()) == 0);
}

void BareMySqlStatement::bind_parameters(std::vector<MYSQL_BIND> places) {
  if (places.size() != mysql_stmt_param_count(handle_.get())) {
    throw std::logic_error("bare client: another number of parameters");
  }
  check(mysql_stmt_bind_param(handle_.get(), places.data()) == 0);
}

void BareMySqlStatement::bind_columns(std::vector<MYSQL_BIND> places) {
  if (places.size() != mysql_stmt_field_count(handle_.get())) {
    throw std::logic_error("bare client: another number of columns");
  }
  check(mysql_stmt_bind_result(handle_.get(), places.data()) == 0);
}

void BareMySqlStatement::set_rows(std::size_t rows) {
  const auto count = static_cast<unsigned>(rows);
  check(mysql_stmt_attr_set(handle_.get(), STMT_ATTR_ARRAY_SIZE, &count) == 0);
}

void BareMySqlStatement::finish_block() {
  int result = 0;
  while (result == 0) {
    free_result();
    result = mysql_stmt_next_result(handle_.get());
  }
  check(result == -1);
}

void BareMySqlStatement::fail() const {
  throw std::runtime_error(std::string("bare client: ") + mysql_stmt_error(handle_.get()));
}

BareMySql::BareMySql(const DatabaseConfig& config, Calls calls) : handle_(mysql_init(nullptr)) {
  if (handle_ == nullptr) {
    throw std::runtime_error("bare client: out of memory");
  }
  MYSQL* connection = handle_.get();
  const unsigned protocol = MYSQL_PROTOCOL_TCP;
  const unsigned off = 0;
  check(mysql_options(connection, MYSQL_OPT_PROTOCOL, &protocol) == 0);
  check(mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4") == 0);
  check(mysql_options(connection, MYSQL_OPT_LOCAL_INFILE, &off) == 0);
  if (calls == Calls::NonBlocking) {
    check(mysql_options(connection, MYSQL_OPT_NONBLOCK, nullptr) == 0);
  }
  check(mysql_real_connect(connection, config.host.c_str(), config.user.c_str(), config.password.c_str(),
                           config.database.c_str(), config.port, nullptr,
                           CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS) != nullptr);
  run(session_sql);
}

void BareMySql::check(bool succeeded) const {
  if (!succeeded) {
    throw std::runtime_error(std::string("bare client: ") + mysql_error(handle_.get()));
  }
}

void BareMySql::run(std::string_view sql) {
  check(mysql_real_query(handle_.get(), sql.data(), sql.size()) == 0);
}

void SamplePlaces::set_fields(const Sample& sample) {
  name.set(sample.name);
  score = sample.score;
  created.set(sample.created);
  active = sample.active ? 1 : 0;
  payload.set(sample.payload);
}

void SamplePlaces::get_fields(Sample& sample) const {
  sample.name = name.get();
  sample.score = score;
  sample.created = created.get();
  sample.active = active != 0;
  sample.payload = payload.get();
}

std::vector<MYSQL_BIND> SamplePlaces::bind() {
  return joined({bind_numbers(&id)}, bind_fields());
}

std::vector<MYSQL_BIND> SamplePlaces::bind_fields() {
  return {name.bind(), bind_doubles(&score), created.bind(), bind_flags(&active), payload.bind()};
}

void FieldColumns::set(std::size_t row, const Sample& sample) noexcept {
  names_.set(row, sample.name);
  scores_[row] = sample.score;
  created_.set(row, sample.created);
  active_[row] = sample.active ? 1 : 0;
  payloads_.set(row, sample.payload);
}

std::vector<MYSQL_BIND> FieldColumns::bind() {
  return {names_.bind(), bind_doubles(scores_.data()), created_.bind(), bind_flags(active_.data()), payloads_.bind()};
}

std::vector<MYSQL_BIND> joined(std::vector<MYSQL_BIND> first, const std::vector<MYSQL_BIND>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace dalia::benchmarks
