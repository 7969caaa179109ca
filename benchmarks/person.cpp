#include "person.hpp"

#include <fmt/format.h>

namespace dalia::benchmarks {

std::vector<Person> make_persons(std::int64_t first, std::size_t count) {
  std::vector<Person> persons(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t number = first + static_cast<std::int64_t>(i);
    persons[i].fields = make_sample(number);
    set_number(persons[i], number);
  }
  return persons;
}

void set_number(Person& person, std::int64_t number) {
  person.id = fmt::format("person-{:09}", number);
}

}  // namespace dalia::benchmarks
