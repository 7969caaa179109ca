/// SOCI as a peer: in every case it stands on the bare client's side.
///
/// It works as its manual shows: statements prepared once, a save as a transaction of two statements (upsert with
/// RETURNING, insert into the history), which does less than dalia's: it compares no values and looks for no closed
/// history.
///
/// @tparam Engine  Scratch; backend(), address(scratch), select_sql(), upsert_sql(), instant_text(instant),
/// flag_text(flag).
#pragma once

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <soci/soci.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "dalia_saves.hpp"
#include "sample_input.hpp"

namespace dalia::benchmarks {

/// 2023-11-14 22:13:21.234567, and whatever follows.
inline Instant instant_from(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%lf", &year, &month, &day, &hour, &minute, &second) != 6) {
    throw std::runtime_error("peer: not an instant: " + text);
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::microseconds(static_cast<std::int64_t>(second * 1e6 + 0.5));
}

/// @param parameters  placeholders of id, name, score, created, active, payload, created_at, updated_at, version,
/// operation, transaction.
inline std::string history_sql(const std::vector<std::string>& parameters) {
  return fmt::format(
      "INSERT INTO person_history (id, name, score, created, active, payload, created_at, updated_at, _version, "
      "_epoch, "
      "history_op, history_timestamp, history_tx) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, 1, {}, {}, {})",
      parameters[0], parameters[1], parameters[2], parameters[3], parameters[4], parameters[5], parameters[6],
      parameters[7], parameters[8], parameters[9], parameters[10], parameters[11]);
}

template <class Engine>
class PeerTable : public Workload {
 public:
  explicit PeerTable(std::size_t rows) : ids_(rows), scratch_(rows) { input_.skip_to(rows); }

 protected:
  std::int64_t next_id() noexcept { return ids_.next(); }
  Input& input() noexcept { return input_; }
  [[nodiscard]] std::string address() const { return Engine::address(scratch_); }

 private:
  IdWalk ids_;
  typename Engine::Scratch scratch_;
  Input input_;
};

/// A row as SOCI reads it.
struct SociRow {
  void get(Sample& sample) const {
    sample.id = id;
    sample.name = name;
    sample.score = score;
    sample.created = instant_from(created);
    sample.active = active != 0;
    sample.payload = payload;
  }

  long long id = 0;
  std::string name;
  double score = 0;
  std::string created;
  int active = 0;
  std::string payload;
};

/// A statement that reads its rows there.
inline auto select_into(soci::session& session, const std::string& sql, SociRow& row) {
  return session.prepare << sql, soci::into(row.id), soci::into(row.name), soci::into(row.score),
         soci::into(row.created), soci::into(row.active), soci::into(row.payload);
}

template <class Engine>
class SociSelect final : public PeerTable<Engine> {
 public:
  using PeerTable<Engine>::PeerTable;

  void run(std::size_t operations) override {
    SociRow row;
    Sample sample;
    long long wanted = 0;
    soci::statement select = (select_into(session_, Engine::select_sql() + " WHERE id = :id", row), soci::use(wanted));
    for (std::size_t i = 0; i < operations; ++i) {
      wanted = this->next_id();
      select.execute(true);
      row.get(sample);
      benchmark::DoNotOptimize(sample);
    }
  }

 private:
  soci::session session_{Engine::backend(), this->address()};
};

/// A full table; one measured run reads it as often as makes up the operations.
template <class Engine>
class SociRead final : public PeerTable<Engine> {
 public:
  using PeerTable<Engine>::PeerTable;

  void run(std::size_t operations) override {
    SociRow row;
    Sample sample;
    soci::statement select(select_into(session_, Engine::select_sql(), row));
    for (std::size_t done = 0; done < operations;) {
      select.execute();
      for (; select.fetch(); ++done) {
        row.get(sample);
        benchmark::DoNotOptimize(sample);
      }
    }
  }

 private:
  soci::session session_{Engine::backend(), this->address()};
};

template <class Engine>
class SociInserts final : public PeerTable<Engine> {
 public:
  using PeerTable<Engine>::PeerTable;

  void run(std::size_t operations) override {
    Sample row;
    long long id = 0;
    std::string created;
    std::string active;
    soci::statement insert = (session_.prepare << "INSERT INTO sample VALUES (:id, :name, :score, :created, :active, "
                                                  ":payload)",
                              soci::use(id), soci::use(row.name), soci::use(row.score), soci::use(created),
                              soci::use(active), soci::use(row.payload));
    for (std::size_t done = 0; done < operations; done += input_rows) {
      soci::transaction transaction(session_);
      for (const Sample& sample : this->input().next_new_batch()) {
        row = sample;
        id = sample.id;
        created = Engine::instant_text(sample.created);
        active = Engine::flag_text(sample.active);
        insert.execute(true);
      }
      transaction.commit();
    }
  }

 private:
  soci::session session_{Engine::backend(), this->address()};
};

template <class Engine>
class PeerSaves : public Workload {
 public:
  explicit PeerSaves(std::size_t /*rows*/) { add_persons(scratch_, found_rows); }

 protected:
  Persons& persons() noexcept { return persons_; }
  [[nodiscard]] std::string address() const { return Engine::address(scratch_); }

 private:
  typename Engine::Scratch scratch_{0};
  Persons persons_{Ids::Existing};
};

template <class Engine>
class SociSave final : public PeerSaves<Engine> {
 public:
  explicit SociSave(std::size_t rows) : PeerSaves<Engine>(rows) {
    upsert_ =
        (session_.prepare << Engine::upsert_sql({":id", ":name", ":score", ":created", ":active", ":payload", ":now"}),
         soci::use(person_.id, "id"), soci::use(person_.fields.name, "name"), soci::use(person_.fields.score, "score"),
         soci::use(created_, "created"), soci::use(active_, "active"), soci::use(person_.fields.payload, "payload"),
         soci::use(now_, "now"), soci::into(created_at_), soci::into(updated_at_), soci::into(version_));
    history_ =
        (session_.prepare << history_sql({":id", ":name", ":score", ":created", ":active", ":payload", ":created_at",
                                          ":updated_at", ":version", ":operation", ":time", ":tx"}),
         soci::use(person_.id, "id"), soci::use(person_.fields.name, "name"), soci::use(person_.fields.score, "score"),
         soci::use(created_, "created"), soci::use(active_, "active"), soci::use(person_.fields.payload, "payload"),
         soci::use(created_at_, "created_at"), soci::use(updated_at_, "updated_at"), soci::use(version_, "version"),
         soci::use(operation_, "operation"), soci::use(updated_at_, "time"), soci::use(tx_, "tx"));
  }

  void run(std::size_t operations) override {
    for (std::size_t i = 0; i < operations; ++i) {
      benchmark::DoNotOptimize(save(this->persons().next()).version);
    }
  }

 private:
  ServerPerson save(const Person& person) {
    const Instant at = now();
    person_ = person;
    created_ = Engine::instant_text(person.fields.created);
    active_ = Engine::flag_text(person.fields.active);
    now_ = Engine::instant_text(at);
    tx_ = at.time_since_epoch().count();
    soci::transaction transaction(session_);
    upsert_.execute(true);
    operation_ = version_ == 1 ? "insert" : "update";
    history_.execute(true);
    transaction.commit();
    ServerPerson stored;
    stored.person = person;
    stored.created_at = instant_from(created_at_);
    stored.updated_at = instant_from(updated_at_);
    stored.version = version_;
    return stored;
  }

  soci::session session_{Engine::backend(), this->address()};
  Person person_;
  std::string created_, active_, now_, created_at_, updated_at_, operation_;
  long long version_ = 0;
  long long tx_ = 0;
  soci::statement upsert_{session_};
  soci::statement history_{session_};
};

}  // namespace dalia::benchmarks
