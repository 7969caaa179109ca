/// The entity of the cases of saves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sample.hpp"

namespace dalia::benchmarks {

inline constexpr std::size_t batch_size = 1000;

/// What an application holds: a text id and the fields of a sample.
struct Person {
  std::string id;
  Sample fields;
};

/// A row as stored.
/// @tparam Time  as the bare client keeps it.
template <class Time>
struct Stored {
  Person person;
  Time created_at;
  std::optional<std::string> created_by;
  Time updated_at;
  std::optional<std::string> updated_by;
  std::int64_t version = 0;
};

/// On servers, which have a type for times.
using ServerPerson = Stored<Instant>;

[[nodiscard]] std::vector<Person> make_persons(std::int64_t first, std::size_t count);
void set_number(Person& person, std::int64_t number);

/// Who changes what, and why.
struct ChangeNote {
  std::optional<std::string> user;
  std::optional<std::string> comment;
};

/// Ids that exist with values that differ each time, or ids that are new.
enum class Ids { Existing, New };

class Persons {
 public:
  explicit Persons(Ids ids) : ids_(ids) {}

  const Person& next() {
    Person& person = persons_[place_++ % persons_.size()];
    change(person);
    return person;
  }
  const std::vector<Person>& next_batch() {
    for (Person& person : persons_) {
      change(person);
    }
    return persons_;
  }

 private:
  void change(Person& person) {
    person.fields.score += 1;
    if (ids_ == Ids::New) {
      set_number(person, ++last_number_);
    }
  }

  Ids ids_;
  std::vector<Person> persons_ = make_persons(1, batch_size);
  std::size_t place_ = 0;
  std::int64_t last_number_ = 1'000'000;
};

}  // namespace dalia::benchmarks
