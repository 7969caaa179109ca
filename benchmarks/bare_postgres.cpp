#include "bare_postgres.hpp"

#include <stdexcept>

namespace dalia::benchmarks {
namespace {

constexpr const char* server_sample_table_sql =
    "CREATE TABLE sample (id bigint PRIMARY KEY, name text COLLATE \"C\" NOT NULL, score double precision NOT NULL, "
    "created timestamptz(6) NOT NULL, active boolean NOT NULL, payload jsonb NOT NULL)";

constexpr std::size_t copy_chunk = 65'536;

void append_count(std::string& out, std::uint16_t count) {
  const std::uint16_t ordered = htobe16(count);
  out.append(reinterpret_cast<const char*>(&ordered), sizeof ordered);
}

void append_size(std::string& out, std::size_t size) {
  const std::uint32_t ordered = htobe32(static_cast<std::uint32_t>(size));
  out.append(reinterpret_cast<const char*>(&ordered), sizeof ordered);
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 8> bytes;
  write_number(bytes.data(), number);
  append_size(out, bytes.size());
  out.append(bytes.data(), bytes.size());
}

void append_row(std::string& out, const Sample& sample) {
  append_count(out, 6);
  append_number(out, sample.id);
  append_size(out, sample.name.size());
  out += sample.name;
  append_number(out, std::bit_cast<std::int64_t>(sample.score));
  append_number(out, wire_instant(sample.created));
  append_size(out, 1);
  out += sample.active ? '\1' : '\0';
  append_size(out, 1 + sample.payload.size());
  out += '\1';
  out += sample.payload;
}

}  // namespace

BareConnection::BareConnection(const std::string& url) : handle_(PQconnectdb(url.c_str())) {
  if (PQstatus(get()) != CONNECTION_OK) {
    fail();
  }
  PQsetNoticeReceiver(
      get(), [](void*, const PGresult*) {}, nullptr);
  run("SET timezone = 'UTC'");
}

void BareConnection::fail() const {
  throw std::runtime_error(std::string("bare client: ") + PQerrorMessage(get()));
}

void BareConnection::check(const PGresult* result, ExecStatusType expected) const {
  if (PQresultStatus(result) != expected) {
    fail();
  }
}

void BareConnection::run(const std::string& sql) {
  const BareResult result(PQexec(get(), sql.c_str()));
  check(result.get(), PGRES_COMMAND_OK);
}

void BareConnection::prepare(const char* name, const std::string& sql) {
  const BareResult result(PQprepare(get(), name, sql.c_str(), 0, nullptr));
  check(result.get(), PGRES_COMMAND_OK);
}

BareResult BareConnection::execute(const char* name, const BareParameters& parameters, ExecStatusType expected) {
  BareResult result(PQexecPrepared(get(), name, parameters.count(), parameters.values(), parameters.lengths(),
                                   parameters.formats(), 1));
  check(result.get(), expected);
  return result;
}

void BareConnection::send(const char* name, const BareParameters& parameters) {
  check(PQsendQueryPrepared(get(), name, parameters.count(), parameters.values(), parameters.lengths(),
                            parameters.formats(), 1));
}

BareResult BareConnection::next(ExecStatusType expected) {
  BareResult result(PQgetResult(get()));
  if (result != nullptr) {
    check(result.get(), expected);
  }
  return result;
}

void bind_sample(BareParameters& parameters, std::size_t first, const Sample& sample, std::string& payload) {
  parameters.set_number(first, sample.id);
  parameters.set_bytes(first + 1, sample.name);
  parameters.set_double(first + 2, sample.score);
  parameters.set_instant(first + 3, sample.created);
  parameters.set_bool(first + 4, sample.active);
  parameters.set_json(first + 5, sample.payload, payload);
}

// Format: PostgreSQL manual, COPY, "Binary Format".
void copy_samples(BareConnection& connection, const Sample* samples, std::size_t count) {
  const BareResult started(PQexec(connection.get(), "COPY sample FROM STDIN (FORMAT binary)"));
  if (PQresultStatus(started.get()) != PGRES_COPY_IN) {
    connection.check(0);
  }
  std::string chunk;
  chunk.reserve(copy_chunk + 1024);
  chunk.append("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  for (std::size_t i = 0; i < count; ++i) {
    append_row(chunk, samples[i]);
    if (chunk.size() >= copy_chunk) {
      connection.check(PQputCopyData(connection.get(), chunk.data(), static_cast<int>(chunk.size())));
      chunk.clear();
    }
  }
  append_count(chunk, 0xFFFF);
  connection.check(PQputCopyData(connection.get(), chunk.data(), static_cast<int>(chunk.size())));
  connection.check(PQputCopyEnd(connection.get(), nullptr));
  while (connection.next(PGRES_COMMAND_OK) != nullptr) {
  }
}

void fill_samples(const std::string& url, std::size_t rows) {
  BareConnection connection(url);
  connection.run(server_sample_table_sql);
  const std::vector<Sample> samples = make_samples(1, rows);
  copy_samples(connection, samples.data(), samples.size());
  connection.run("VACUUM ANALYZE sample");
}

}  // namespace dalia::benchmarks
