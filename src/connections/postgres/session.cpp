#include "connections/postgres/session.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <future>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "connections/first_word.hpp"
#include "connections/postgres/error_map.hpp"
#include "connections/postgres/link_failure.hpp"

namespace dalia::internal::postgres {
namespace {

Statement& own(PreparedStatement& statement) noexcept {
  return static_cast<Statement&>(statement);
}

std::int64_t affected_rows(PGresult* result) noexcept {
  const char* text = PQcmdTuples(result);
  std::int64_t count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  return count;
}

/// A SELECT counts the rows it gives; those are not changes.
bool is_change(PGresult* result) noexcept {
  const std::string_view tag = PQcmdStatus(result);
  return tag.starts_with("INSERT") || tag.starts_with("UPDATE") || tag.starts_with("DELETE") ||
         tag.starts_with("MERGE") || tag.starts_with("COPY");
}

}  // namespace

PostgresSession::PostgresSession(Settings settings) : settings_(std::move(settings)) {}
PostgresSession::~PostgresSession() = default;

void PostgresSession::begin_connect() {
  start_connecting();
}

void PostgresSession::start_connecting() {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : settings_.keywords) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (connection_ == nullptr || PQstatus(connection_.get()) == CONNECTION_BAD) {
    throw_link_failure(connection_.get(), LinkPhase::Connecting, std::string());
  }
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);  // link_failure.hpp reads the codes
  operation_ = Operation::Connect;
}

/// libpq's own rule: wait for writing first.
Readiness PostgresSession::step_connect(Readiness ready) {
  if (ready == Readiness::Timer) {
    leave_host();
  }
  if (ready == Readiness::None || ready == Readiness::Timer) {
    return Readiness::Write | watch_host();
  }
  switch (PQconnectPoll(connection_.get())) {
    case PGRES_POLLING_READING:
      return Readiness::Read | watch_host();
    case PGRES_POLLING_WRITING:
      return Readiness::Write | watch_host();
    case PGRES_POLLING_OK:
      connected();
      return Readiness::None;
    default:
      throw_link_failure(connection_.get(), LinkPhase::Connecting, std::string());
  }
}

/// How many of the hosts come after the one that is being tried.
std::size_t PostgresSession::hosts_left() const noexcept {
  for (std::size_t i = 0; i < settings_.hosts.size(); ++i) {
    const Host& host = settings_.hosts[i];
    if (host.name == PQhost(connection_.get()) && std::to_string(host.port) == PQport(connection_.get())) {
      return settings_.hosts.size() - 1 - i;
    }
  }
  return 0;
}

/// Gives each host its time. The last one has all that is left.
Readiness PostgresSession::watch_host() noexcept {
  const std::size_t left = hosts_left();
  if (left == 0) {
    host_deadline_ = Deadline();
    return Readiness::None;
  }
  if (left != watched_host_) {
    watched_host_ = left;
    host_deadline_ = Deadline::in(settings_.host_timeout);
  }
  return Readiness::Timer;
}

/// Its time is over: on with those behind it.
void PostgresSession::leave_host() {
  const std::size_t left = hosts_left();
  settings_.hosts.erase(settings_.hosts.begin(), settings_.hosts.end() - static_cast<std::ptrdiff_t>(left));
  set_hosts(settings_.keywords, settings_.hosts);
  start_connecting();
}

void PostgresSession::connected() {
  end();
  PQsetnonblocking(connection_.get(), 1);
  PQsetNoticeReceiver(
      connection_.get(), [](void*, const PGresult*) {}, nullptr);
  cancel_ = std::shared_ptr<PGcancel>(PQgetCancel(connection_.get()), FreeCancel());
}

Readiness PostgresSession::step(Readiness ready) {
  switch (operation_) {
    case Operation::None:
      return Readiness::None;
    case Operation::Connect:
      return step_connect(ready);
    default:
      break;
  }
  for (;;) {
    const Readiness wanted = operation_ == Operation::Pipeline ? step_pipeline(ready) : step_exchange(ready);
    if (wanted != Readiness::None || operation_ == Operation::None) {
      return wanted;
    }
    ready = Readiness::None;  // a pipeline goes on where a statement has been prepared, or waits until it has been
  }
}

/// Reads while it still writes, or both sides could wait for each other with full buffers.
Readiness PostgresSession::step_exchange(Readiness ready) {
  if (has(ready, Readiness::Read) && PQconsumeInput(connection_.get()) == 0) {
    lost();
  }
  if (!flushed_) {
    if (!flush()) {
      return Readiness::Read | Readiness::Write;
    }
  }
  while (PQisBusy(connection_.get()) == 0) {
    if (take(ResultHandle(PQgetResult(connection_.get()))) || operation_ == Operation::Pipeline) {
      return Readiness::None;
    }
    if (!flushed_) {
      return Readiness::Read | Readiness::Write;
    }
  }
  return Readiness::Read;
}

/// @return whether the link took all of it.
bool PostgresSession::flush() {
  const int left = PQflush(connection_.get());
  if (left < 0) {
    lost();
  }
  flushed_ = left == 0;
  return flushed_;
}

bool PostgresSession::take(ResultHandle result) {
  switch (operation_) {
    case Operation::Prepare:
      return take_prepared(std::move(result));
    case Operation::AskTypes:
      return take_types(std::move(result));
    default:
      return take_executed(std::move(result));
  }
}

std::unique_ptr<PreparedStatement> PostgresSession::begin_prepare(const std::string& native) {
  if (from_first_word(native).empty()) {
    throw UsageError("the statement is empty", facts_of(native));
  }
  auto statement = std::make_unique<Statement>(native, next_name(), closed_);
  statement_ = statement.get();
  runs_after_prepare_ = false;
  send_prepare();
  return statement;
}

void PostgresSession::send_prepare() {
  operation_ = Operation::Prepare;
  failure_.reset();
  PGconn* connection = connection_.get();
  check_pipeline_mode_is_off();
  if (PQenterPipelineMode(connection) == 0) {
    lost();
  }
  send_closings();
  const std::vector<Oid>& types = statement_->given_types();
  sent(PQsendPrepare(connection, statement_->name().c_str(), statement_->text().c_str(), static_cast<int>(types.size()),
                     types.data()));
  sent(PQsendDescribePrepared(connection, statement_->name().c_str()));
  sent(PQpipelineSync(connection));
  flushed_ = false;
}

/// It is still on where an answer was given up; what is sent now would wait for it for ever.
void PostgresSession::check_pipeline_mode_is_off() {
  if (PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF) {
    lost();
  }
}

/// In a synchronisation of their own, so that one that fails (the caller may have deallocated all) does no harm; not in
/// a transaction, which it would.
void PostgresSession::send_closings() {
  PGconn* connection = connection_.get();
  closes_ = !closed_->empty() && PQtransactionStatus(connection) == PQTRANS_IDLE;
  if (!closes_) {
    return;
  }
  for (const std::string& name : *closed_) {
    const std::string sql = fmt::format("DEALLOCATE {}", name);
    sent(PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1));
  }
  sent(PQpipelineSync(connection));
  closed_->clear();
}

std::string PostgresSession::next_name() {
  return fmt::format("dalia_{}", ++last_name_);
}

bool PostgresSession::take_prepared(ResultHandle result) {
  const ExecStatusType status = result == nullptr ? PGRES_EMPTY_QUERY : PQresultStatus(result.get());
  switch (status) {
    case PGRES_COMMAND_OK:
      if (!closes_ && statement_->is_prepared) {
        asked_types_ = statement_->describe(result.get(), types_);
      }
      statement_->is_prepared = statement_->is_prepared || !closes_;
      return false;
    case PGRES_FATAL_ERROR:
      failure_ = closes_ || failure_ != nullptr ? std::move(failure_) : std::move(result);
      if (is_broken()) {
        lost();
      }
      return false;
    case PGRES_PIPELINE_SYNC:
      if (std::exchange(closes_, false)) {
        return false;
      }
      break;
    default:
      return false;
  }
  PQexitPipelineMode(connection_.get());
  if (failure_ != nullptr) {
    const ResultHandle failure = std::move(failure_);
    statement_->forget_types();
    end();
    throw_error(failure.get(), statement_->text());
  }
  if (!asked_types_.empty()) {
    operation_ = Operation::AskTypes;
    sent(PQsendQueryParams(connection_.get(), TypeCatalogue::query(asked_types_).c_str(), 0, nullptr, nullptr, nullptr,
                           nullptr, 0));
    return false;
  }
  statement_->is_stale = false;
  if (!executions_.empty()) {
    pipeline_.is_prepared = true;
    operation_ = Operation::Pipeline;
    return false;
  }
  if (runs_after_prepare_) {
    send_execute();
    return false;
  }
  end();
  return true;
}

bool PostgresSession::take_types(ResultHandle result) {
  if (result != nullptr) {
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
      failure_ = std::move(result);
    } else {
      types_.learn(asked_types_, result.get());
    }
    return false;
  }
  if (failure_ != nullptr) {
    const ResultHandle failure = std::move(failure_);
    end();
    throw_error(failure.get(), statement_->text());
  }
  asked_types_.clear();
  statement_->rename(next_name());
  send_prepare();  // once more, to describe it with what is known now
  return false;
}

void PostgresSession::begin_execute(PreparedStatement& prepared, std::span<const ValueRef> parameters,
                                    RowDelivery delivery) {
  statement_ = &own(prepared);
  parameters_ = parameters;
  delivery_ = delivery;
  counts_ = StatementCounts();
  const bool is_widened = statement_->only_reads() && statement_->widen_types(parameters);
  if (statement_->is_stale || is_widened) {
    runs_after_prepare_ = true;
    statement_->rename(next_name());
    send_prepare();
  } else {
    runs_after_prepare_ = false;
    send_execute();
  }
}

void PostgresSession::send_execute() {
  Statement& statement = *statement_;
  operation_ = Operation::None;
  check_pipeline_mode_is_off();
  statement.result.reset();
  statement.row = 0;
  statement.parameters.bind(parameters_, statement.parameter_types(), statement.text());
  operation_ = Operation::Execute;
  failure_.reset();
  was_copy_ = false;
  sent(PQsendQueryPrepared(connection_.get(), statement.name().c_str(), statement.parameters.count(),
                           statement.parameters.values(), statement.parameters.lengths(),
                           statement.parameters.formats(), statement.cells.format()));
  if (delivery_ == RowDelivery::Streamed) {
    PQsetSingleRowMode(connection_.get());
    stream_ended_ = false;
  }
}

bool PostgresSession::take_executed(ResultHandle result) {
  if (result == nullptr) {
    stream_ended_ = true;
    return end_execute();
  }
  switch (PQresultStatus(result.get())) {
    case PGRES_SINGLE_TUPLE:
      if (operation_ == Operation::Finish) {
        return false;
      }
      statement_->result = std::move(result);
      statement_->row = 0;
      end();
      return true;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
      keep(std::move(result));
      return false;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      end_copy(result.get());
      return false;
    default:
      if (failure_ == nullptr) {
        failure_ = std::move(result);
      }
      return false;
  }
}

/// The last result of a statement says what it did.
void PostgresSession::keep(ResultHandle result) {
  if (is_change(result.get())) {
    counts_.affected_rows = affected_rows(result.get());
  }
  if (statement_->is_commit() && std::string_view(PQcmdStatus(result.get())) == "ROLLBACK") {
    rolled_back_instead_ = true;
  }
  statement_->result = std::move(result);
  statement_->row = 0;
}

/// dalia has calls of its own for loading and exporting; here COPY would wait for data for ever.
void PostgresSession::end_copy(const PGresult* result) {
  was_copy_ = true;
  if (PQresultStatus(result) == PGRES_COPY_IN) {
    PQputCopyEnd(connection_.get(), "no data");
    flushed_ = false;
    return;
  }
  char* buffer = nullptr;
  while (PQgetCopyData(connection_.get(), &buffer, 0) > 0) {
    PQfreemem(buffer);
  }
}

bool PostgresSession::end_execute() {
  Statement& statement = *statement_;
  const bool was_in_transaction = in_transaction_;
  const bool is_finish = operation_ == Operation::Finish;
  end();
  if (is_broken()) {
    lost();
  }
  if (was_copy_) {
    throw UsageError("COPY cannot run through execute; use the calls for bulk loading and export",
                     facts_of(statement.text()));
  }
  check_commit();
  if (failure_ == nullptr) {
    return true;
  }
  const ResultHandle failure = std::move(failure_);
  if (is_stale_statement(failure.get())) {
    statement.is_stale = true;
    // In a transaction the failure has spoiled everything but a rollback.
    if ((!was_in_transaction || statement.is_rollback()) && !is_finish && !runs_after_prepare_) {
      runs_after_prepare_ = true;
      statement.rename(next_name());
      send_prepare();
      return false;
    }
  }
  if (is_finish) {
    return true;  // nobody waits for the rows any more
  }
  throw_error(failure.get(), statement.text());
}

void PostgresSession::check_commit() {
  if (!std::exchange(rolled_back_instead_, false)) {
    return;
  }
  ErrorFacts facts = facts_of(statement_->text());
  facts.sqlstate = "25P02";
  throw QueryError(
      "nothing was committed: an earlier statement of the transaction had failed, so the server rolled it back",
      std::move(facts));
}

PollableSession::Fetched PostgresSession::fetch(PreparedStatement& prepared, std::span<ValueRef> cells) {
  Statement& statement = own(prepared);
  const PGresult* result = statement.result.get();
  if (result != nullptr && statement.row < PQntuples(result)) {
    statement.cells.read(result, statement.row++, cells);
    return Fetched::Row;
  }
  if (delivery_ == RowDelivery::Whole || stream_ended_) {
    return Fetched::End;
  }
  statement_ = &statement;
  operation_ = Operation::Fetch;
  return Fetched::Waiting;
}

void PostgresSession::begin_finish(PreparedStatement& prepared) {
  statement_ = &own(prepared);
  statement_->release();
  operation_ = stream_ended_ ? Operation::None : Operation::Finish;
}

void PostgresSession::cancel(Deadline deadline) noexcept {
  try {
    // PQcancel connects and waits without a limit, hence the thread.
    std::promise<void> done;
    std::future<void> answered = done.get_future();
    std::thread([cancel = cancel_, done = std::move(done)]() mutable {
      std::array<char, 256> message{};
      PQcancel(cancel.get(), message.data(), static_cast<int>(message.size()));
      done.set_value();
    }).detach();
    if (deadline.is_never()) {
      answered.wait();
    } else if (answered.wait_until(deadline.at()) == std::future_status::timeout) {
      cancel_is_late_ = true;
    }
  } catch (const std::exception&) {
    // Without a thread the statement runs on, and the caller gives up the connection.
  }
}

bool PostgresSession::take_notification(Notification& notification) {
  statement_ = nullptr;
  if (PQconsumeInput(connection_.get()) == 0 || is_broken()) {
    lost();
  }
  const NotifyHandle notify(PQnotifies(connection_.get()));
  if (notify == nullptr) {
    return false;
  }
  notification = Notification(notify->relname, notify->extra, notify->be_pid);
  return true;
}

VersionDetails PostgresSession::version_details() {
  const char* server = PQparameterStatus(connection_.get(), "server_version");
  const int version = PQlibVersion();
  return VersionDetails{server == nullptr ? "" : std::string(server, std::strcspn(server, " ")),
                        fmt::format("libpq {}.{}", version / 10'000, version % 10'000)};
}

/// The link is gone, and the server did not say why.
bool PostgresSession::is_broken() const noexcept {
  return PQstatus(connection_.get()) == CONNECTION_BAD &&
         (failure_ == nullptr || PQresultErrorField(failure_.get(), PG_DIAG_SQLSTATE) == nullptr);
}

void PostgresSession::sent(int success) {
  if (success == 0) {
    lost();
  }
  flushed_ = false;
}

void PostgresSession::lost() {
  const std::string text = statement_ == nullptr ? std::string() : statement_->text();
  const ResultHandle failure = std::move(failure_);
  const bool is_cut_short = pipeline_.sent < executions_.size();
  operation_ = Operation::None;
  executions_ = std::span<const Execution>();
  stream_ended_ = true;
  in_transaction_ = false;
  if (failure != nullptr && PQresultErrorField(failure.get(), PG_DIAG_SQLSTATE) != nullptr) {
    throw_error(failure.get(), text);  // the server's last word
  }
  try {
    throw_link_failure(connection_.get(), LinkPhase::Connected, text);
  } catch (const ConnectionError& error) {
    if (!is_cut_short) {
      throw;
    }
    ErrorFacts facts = error.facts();
    facts.undone = true;  // the execution that ends the transaction was not even sent
    throw ConnectionError(error.what(), std::move(facts));
  }
}

/// Between the rows of a stream the server's status is not known; it stays what it was.
void PostgresSession::end() noexcept {
  operation_ = Operation::None;
  executions_ = std::span<const Execution>();
  switch (PQtransactionStatus(connection_.get())) {
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
      in_transaction_ = true;
      break;
    case PQTRANS_IDLE:
    case PQTRANS_UNKNOWN:
      in_transaction_ = false;
      break;
    case PQTRANS_ACTIVE:
      break;
  }
}

}  // namespace dalia::internal::postgres
