#include "connections/mysql/session.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "connections/first_word.hpp"
#include "connections/mysql/open.hpp"

namespace dalia::internal::mysql {
namespace {

constexpr unsigned not_preparable = 1295;
constexpr unsigned interrupted = 1317;
constexpr unsigned other_columns = 2057;  // the tables have changed, and the client cannot read the answer
/// For a session that works beside another one's transaction.
constexpr std::chrono::seconds short_lock_wait{1};

Statement& own(PreparedStatement& statement) noexcept {
  return static_cast<Statement&>(statement);
}

int native(Readiness ready) noexcept {
  return (has(ready, Readiness::Read) ? MYSQL_WAIT_READ : 0) | (has(ready, Readiness::Write) ? MYSQL_WAIT_WRITE : 0) |
         (has(ready, Readiness::Timer) ? MYSQL_WAIT_TIMEOUT : 0);
}

bool takes_arrays(MYSQL* connection) noexcept {
  unsigned long capabilities = 0;  // the upper half
  mariadb_get_infov(connection, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &capabilities);
  return (capabilities & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

std::int64_t count_from(unsigned long long count) noexcept {
  return std::in_range<std::int64_t>(count) ? static_cast<std::int64_t>(count) : 0;
}

}  // namespace

MySqlSession::MySqlSession(Settings settings) : settings_(std::move(settings)) {}

/// The connection first: statements that are closed after it need no answer.
MySqlSession::~MySqlSession() {
  connection_.reset();
}

Readiness MySqlSession::step(Readiness ready) {
  if (call_.waits_for() != 0 && ready != Readiness::None) {
    call_.go_on(native(ready));
  }
  while (operation_ != Operation::None) {
    if (call_.waits_for() != 0) {
      return wanted();
    }
    advance();
  }
  return Readiness::None;
}

Readiness MySqlSession::wanted() {
  const int waits_for = call_.waits_for();
  const bool has_timer = (waits_for & MYSQL_WAIT_TIMEOUT) != 0;
  wakes_at_ =
      has_timer ? Deadline::in(std::chrono::milliseconds(mysql_get_timeout_value_ms(connection_.get()))) : Deadline();
  const bool reads = (waits_for & (MYSQL_WAIT_READ | MYSQL_WAIT_EXCEPT)) != 0;
  return (reads ? Readiness::Read : Readiness::None) |
         ((waits_for & MYSQL_WAIT_WRITE) != 0 ? Readiness::Write : Readiness::None) |
         (has_timer ? Readiness::Timer : Readiness::None);
}

/// The call of the operation is done.
void MySqlSession::advance() {
  switch (operation_) {
    case Operation::None:
      return;
    case Operation::Connect:
      return connected();
    case Operation::MakeSettings:
      if (call_.result() != 0) {
        throw_connect_error(connection_error(), place_of(settings_.addresses[address_]));
      }
      operation_ = Operation::AskLimits;
      settings_sql_ = "SELECT @@max_allowed_packet";
      return call_.start<mysql_real_query_start, mysql_real_query_cont>(connection_.get(), settings_sql_.c_str(),
                                                                        settings_sql_.size());
    case Operation::AskLimits:
      operation_ = Operation::ReadLimits;
      return call_.start<mysql_store_result_start, mysql_store_result_cont>(connection_.get());
    case Operation::ReadLimits:
      return limits_read();
    case Operation::CloseOld:
      return start_prepare();
    case Operation::Prepare:
      return prepared();
    case Operation::Execute:
      return executed();
    case Operation::RunText:
      return ran_text();
    case Operation::StoreText:
      statement_->text_result.reset(call_.pointer<MYSQL_RES>());
      return statement_->text_result == nullptr ? fail(connection_error()) : end();
    case Operation::Store:
      is_stored_ = call_.result() == 0;
      return is_stored_ ? end() : fail_in_rows();
    case Operation::Fetch:
      row_is_fetched_ = true;
      operation_ = Operation::None;
      return;
    case Operation::NextResult:
      return next_result_read();
    case Operation::Free:
      return next_result_read();
    case Operation::AskStatus:
      return status_told();
  }
}

void MySqlSession::begin_connect() {
  address_ = 0;
  open_address();
}

void MySqlSession::open_address() {
  const Address& address = settings_.addresses[address_];
  connection_ = new_connection(settings_, address);
  mysql_options(connection_.get(), MYSQL_OPT_NONBLOCK, nullptr);
  operation_ = Operation::Connect;
  call_.start<mysql_real_connect_start, mysql_real_connect_cont>(
      connection_.get(), address.host.c_str(), settings_.user.c_str(), settings_.password.c_str(),
      settings_.database.empty() ? nullptr : settings_.database.c_str(), unsigned{address.port},
      address.socket.empty() ? nullptr : address.socket.c_str(), client_flags);
}

void MySqlSession::connected() {
  const Address& address = settings_.addresses[address_];
  if (call_.result() != 0) {
    const NativeError error = connection_error();
    const bool is_last = address_ + 1 == settings_.addresses.size();
    if (is_last || meaning_of(error.code).error_class == ErrorClass::Authentication) {
      throw_connect_error(error, place_of(address));
    }
    ++address_;
    return open_address();
  }
  const bool has_tls = mysql_get_ssl_cipher(connection_.get()) != nullptr;
  if (has_tls) {
    make_nonblocking(connection_.get());
  } else if (settings_.tls >= TlsMode::Require) {
    throw ConnectionError(
        fmt::format("{}: the server offers no TLS, and sslmode asks for it; set it up, or use sslmode=prefer",
                    place_of(address)),
        facts_of(std::string()));
  }
  settings_.server->learn(mysql_get_server_info(connection_.get()));
  has_arrays_ = takes_arrays(connection_.get());
  thread_id_ = mysql_thread_id(connection_.get());
  settings_sql_ = settings_sql(settings_);
  operation_ = Operation::MakeSettings;
  call_.start<mysql_real_query_start, mysql_real_query_cont>(connection_.get(), settings_sql_.c_str(),
                                                             settings_sql_.size());
}

void MySqlSession::limits_read() {
  const ResultHandle result(call_.pointer<MYSQL_RES>());
  MYSQL_ROW row = result == nullptr ? nullptr : mysql_fetch_row(result.get());
  if (row == nullptr || row[0] == nullptr) {
    throw_connect_error(connection_error(), place_of(settings_.addresses[address_]));
  }
  longest_packet_ = std::strtoull(row[0], nullptr, 10);
  is_connected_ = true;
  end();
}

std::unique_ptr<PreparedStatement> MySqlSession::begin_prepare(const std::string& native) {
  if (from_first_word(native).empty()) {
    throw UsageError("the statement is empty", facts_of(native));
  }
  check_packet("statement has", native.size(), longest_packet_, native);
  auto statement = std::make_unique<Statement>(native, new_handle(), closed_);
  statement_ = statement.get();
  runs_after_prepare_ = false;
  start_prepare();
  return statement;
}

StatementHandle MySqlSession::new_handle() {
  StatementHandle handle(mysql_stmt_init(connection_.get()));
  if (handle == nullptr) {
    throw ConnectionError("out of memory", facts_of(std::string()));
  }
  return handle;
}

/// Statements that were dropped are closed here, while no rows are on their way; the server does not answer to that.
void MySqlSession::start_prepare() {
  if (!closed_->empty()) {
    operation_ = Operation::CloseOld;
    MYSQL_STMT* old = closed_->back().release();
    closed_->pop_back();
    call_.start<mysql_stmt_close_start, mysql_stmt_close_cont>(old);
    return;
  }
  operation_ = Operation::Prepare;
  call_.start<mysql_stmt_prepare_start, mysql_stmt_prepare_cont>(statement_->handle(), statement_->text().c_str(),
                                                                 statement_->text().size());
}

void MySqlSession::prepared() {
  if (call_.result() != 0) {
    const NativeError error = statement_error();
    if (error.code != not_preparable) {
      return fail(error);
    }
    statement_->runs_as_text = true;
  } else {
    statement_->describe_parameters(has_arrays_);
    take_columns();
  }
  statement_->is_stale = false;
  return runs_after_prepare_ ? start_execute() : end();
}

/// After a run the library gives the statement the new types, and leaves it the names and extended metadata of the last
/// Prepare. The connection has what the server sent, where MariaDB 10.11 leaves out that a text is JSON.
void MySqlSession::take_columns() {
  const std::size_t count = mysql_stmt_field_count(statement_->handle());
  const std::span prepared(mariadb_stmt_fetch_fields(statement_->handle()), count);
  if (operation_ == Operation::Prepare) {
    return statement_->describe_columns(prepared);
  }
  const std::span sent(connection_->fields, count);
  if (statement_->cells.are_as_before(sent) && !statement_->is_stale) {
    return;  // as nearly always
  }
  const bool is_same =
      std::equal(prepared.begin(), prepared.end(), sent.begin(), [](const auto& left, const auto& right) {
        return std::string_view(left.name) == right.name && (left.extension == nullptr) == (right.extension == nullptr);
      });
  statement_->describe_columns(is_same ? prepared : sent);
  statement_->is_stale = !is_same;  // else the old names would come back with the next run
}

void MySqlSession::begin_execute(PreparedStatement& prepared, std::span<const ValueRef> parameters,
                                 RowDelivery delivery) {
  statement_ = &own(prepared);
  parameters_ = parameters;
  delivery_ = delivery;
  counts_ = StatementCounts();
  has_rows_ = false;
  is_stored_ = false;
  row_is_fetched_ = false;
  runs_after_prepare_ = false;
  if (statement_->is_stale) {
    renew_and_run();
  } else {
    start_execute();
  }
}

void MySqlSession::renew_and_run() {
  runs_after_prepare_ = true;
  statement_->renew(new_handle());
  start_prepare();
}

void MySqlSession::start_execute() {
  operation_ = Operation::None;
  Statement& statement = *statement_;
  const int refused = statement.bind(parameters_, longest_packet_);
  if (statement.runs_as_text) {
    operation_ = Operation::RunText;
    call_.start<mysql_real_query_start, mysql_real_query_cont>(connection_.get(), statement.text().c_str(),
                                                               statement.text().size());
    return;
  }
  if (refused != 0) {
    throw_error(statement_error(), statement.text());
  }
  operation_ = Operation::Execute;
  call_.start<mysql_stmt_execute_start, mysql_stmt_execute_cont>(statement.handle());
}

void MySqlSession::executed() {
  MYSQL_STMT* handle = statement_->handle();
  if (call_.result() != 0) {
    const NativeError error = statement_error();
    const bool did_not_run = meaning_of(error.code).error_class == ErrorClass::Stale;
    const bool may_run_again = did_not_run || (error.code == other_columns && statement_->only_reads());
    if (may_run_again && !runs_after_prepare_) {
      return renew_and_run();
    }
    statement_->is_stale = did_not_run || error.code == other_columns;
    return fail(error);
  }
  counts_.affected_rows = count_from(mysql_stmt_affected_rows(handle));
  counts_.last_insert_id = count_from(mysql_stmt_insert_id(handle));
  if (connection_->field_count == 0) {
    statement_->describe_columns({});
    return end();
  }
  take_columns();
  counts_.affected_rows = 0;
  has_rows_ = true;
  if (delivery_ == RowDelivery::Streamed) {
    operation_ = Operation::None;
    return;
  }
  operation_ = Operation::Store;
  call_.start<mysql_stmt_store_result_start, mysql_stmt_store_result_cont>(handle);
}

void MySqlSession::ran_text() {
  if (call_.result() != 0) {
    return fail(connection_error());
  }
  const unsigned count = mysql_field_count(connection_.get());
  statement_->describe_columns(std::span(connection_->fields, count));
  if (count == 0) {
    counts_.affected_rows = count_from(mysql_affected_rows(connection_.get()));
    counts_.last_insert_id = count_from(mysql_insert_id(connection_.get()));
    return end();
  }
  operation_ = Operation::StoreText;
  call_.start<mysql_store_result_start, mysql_store_result_cont>(connection_.get());
}

PollableSession::Fetched MySqlSession::fetch(PreparedStatement& prepared, std::span<ValueRef> cells) {
  Statement& statement = own(prepared);
  if (statement.runs_as_text) {
    MYSQL_RES* result = statement.text_result.get();
    MYSQL_ROW row = result == nullptr ? nullptr : mysql_fetch_row(result);
    if (row == nullptr) {
      return Fetched::End;
    }
    statement.cells.read_text(row, mysql_fetch_lengths(result), cells);
    return Fetched::Row;
  }
  if (!has_rows_) {
    return Fetched::End;
  }
  statement_ = &statement;
  int result = 0;
  if (std::exchange(row_is_fetched_, false)) {
    result = call_.result();
  } else if (delivery_ == RowDelivery::Whole) {
    result = mysql_stmt_fetch(statement.handle());  // from memory
  } else {
    call_.start<mysql_stmt_fetch_start, mysql_stmt_fetch_cont>(statement.handle());
    if (call_.waits_for() != 0) {
      operation_ = Operation::Fetch;
      return Fetched::Waiting;
    }
    result = call_.result();
  }
  if (result == MYSQL_NO_DATA) {
    return end_of_rows();
  }
  if (result != 0) {
    const NativeError error = statement_error();
    has_rows_ = false;
    is_status_known_ = false;
    statement.is_stale = true;
    if (ends_connection(error.code)) {
      lost();
    }
    throw_error(error, statement.text());
  }
  statement.cells.read(cells);
  return Fetched::Row;
}

/// A procedure may fail after its first rows, and then says so now.
PollableSession::Fetched MySqlSession::end_of_rows() {
  if (mysql_stmt_more_results(statement_->handle()) == 0) {
    has_rows_ = false;
    end();
    return Fetched::End;
  }
  operation_ = Operation::NextResult;
  call_.start<mysql_stmt_next_result_start, mysql_stmt_next_result_cont>(statement_->handle());
  return Fetched::Waiting;
}

/// Rows of later results are dropped.
void MySqlSession::next_result_read() {
  MYSQL_STMT* handle = statement_->handle();
  const bool failed = operation_ == Operation::NextResult && call_.result() > 0;
  if (failed) {
    return fail_in_rows();
  }
  if (mysql_stmt_more_results(handle) != 0) {
    operation_ = Operation::NextResult;
    return call_.start<mysql_stmt_next_result_start, mysql_stmt_next_result_cont>(handle);
  }
  has_rows_ = false;
  end();
}

void MySqlSession::begin_finish(PreparedStatement& prepared) {
  statement_ = &own(prepared);
  statement_->text_result.reset();
  if (is_connected_ && !is_status_known_) {
    return fail(nullptr);
  }
  operation_ = Operation::None;
  if (!is_connected_ || statement_->runs_as_text || statement_->columns()->size() == 0) {
    return;
  }
  MYSQL_STMT* handle = statement_->handle();
  if (delivery_ == RowDelivery::Whole && mysql_stmt_num_rows(handle) > 0) {
    mysql_stmt_data_seek(handle, 0);  // without which the library keeps rows that were read to the end
  }
  if (is_stored_ && mysql_stmt_more_results(handle) == 0) {
    mysql_stmt_free_result(handle);  // waits for nothing
    return end();
  }
  operation_ = Operation::Free;
  call_.start<mysql_stmt_free_result_start, mysql_stmt_free_result_cont>(handle);
}

/// The library would wait for the rest of these rows before it ran the statement again (Connector/C 3.3.20), so it is
/// prepared anew.
void MySqlSession::fail_in_rows() {
  has_rows_ = false;
  statement_->is_stale = true;
  fail(statement_error());
}

void MySqlSession::fail(const NativeError& error) {
  std::exception_ptr failure;
  try {
    if (error.code == other_columns) {
      ErrorFacts facts = facts_of(statement_->text());
      facts.outcome_unknown = true;
      throw OutcomeUnknown("the statement was run, but its tables have changed and its rows could not be read",
                           std::move(facts));
    }
    if (statement_->runs_as_text && meaning_of(error.code).error_class == ErrorClass::Stale) {
      ErrorFacts facts = facts_of(statement_->text());
      facts.native_code = error.code;
      facts.sqlstate = error.sqlstate;
      throw QueryError(error.message, std::move(facts));  // about a statement of the caller's own
    }
    throw_error(error, statement_->text());
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (ends_connection(error.code)) {
    lost();
    std::rethrow_exception(failure);
  }
  fail(failure);
}

/// An error's packet says nothing of the transaction, which it may have ended; the answer to a statement does. (The
/// client library drops what the answer to a ping says.)
void MySqlSession::fail(std::exception_ptr failure) {
  constexpr std::string_view nothing = "DO 0";
  failure_ = std::move(failure);
  operation_ = Operation::AskStatus;
  call_.start<mysql_real_query_start, mysql_real_query_cont>(connection_.get(), nothing.data(), nothing.size());
}

void MySqlSession::status_told() {
  if (call_.result() != 0) {
    if (connection_error().code == interrupted) {  // by a KILL that came late
      return fail(std::exchange(failure_, nullptr));
    }
    lost();
  }
  end();
  if (const std::exception_ptr failure = std::exchange(failure_, nullptr)) {
    std::rethrow_exception(failure);
  }
}

void MySqlSession::lost() noexcept {
  operation_ = Operation::None;
  is_connected_ = false;
  in_transaction_ = false;
  has_rows_ = false;
}

/// While rows are still to come the server's status is not known; it stays what it was.
void MySqlSession::end() {
  operation_ = Operation::None;
  is_status_known_ = true;
  if (is_connected_ && !(has_rows_ && delivery_ == RowDelivery::Streamed)) {
    in_transaction_ = (connection_->server_status & SERVER_STATUS_IN_TRANS) != 0;
  }
}

NativeError MySqlSession::statement_error() const {
  MYSQL_STMT* handle = statement_->handle();
  if (mysql_stmt_errno(handle) == 0) {  // of a row that was not stored, for example
    return connection_error();
  }
  return NativeError{mysql_stmt_errno(handle), mysql_stmt_sqlstate(handle), mysql_stmt_error(handle)};
}

NativeError MySqlSession::connection_error() const {
  MYSQL* handle = connection_.get();
  return NativeError{mysql_errno(handle), mysql_sqlstate(handle), mysql_error(handle)};
}

int MySqlSession::descriptor() const noexcept {
  return connection_ == nullptr ? -1 : static_cast<int>(mysql_get_socket(connection_.get()));
}

void MySqlSession::cancel(Deadline deadline) noexcept {
  try {
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::min<std::chrono::nanoseconds>(deadline.remaining(), std::chrono::hours(1)));
    kill_query(settings_, settings_.addresses[address_], thread_id_, limit);
  } catch (const std::exception&) {
    // The statement runs on, and the caller gives up the connection.
  }
}

std::unique_ptr<PollableSession> MySqlSession::make_another() const {
  Settings settings = settings_;
  settings.lock_wait = short_lock_wait;
  settings.row_lock_wait = short_lock_wait;
  return std::make_unique<MySqlSession>(std::move(settings));
}

VersionDetails MySqlSession::version_details() {
  std::string_view server = mysql_get_server_info(connection_.get());
  constexpr std::string_view marker = "-MariaDB";
  const std::size_t end = server.find(marker);
  return VersionDetails{
      std::string(server.substr(0, end == std::string_view::npos ? server.size() : end + marker.size())),
      fmt::format("MariaDB Connector/C {}", mysql_get_client_info())};
}

}  // namespace dalia::internal::mysql
