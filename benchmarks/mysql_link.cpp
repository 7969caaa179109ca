#include "mysql_link.hpp"

#include <sys/epoll.h>

#include "mysql_samples.hpp"

namespace dalia::benchmarks {
namespace {

int ready_of(std::uint32_t happened) noexcept {
  const int written = (happened & EPOLLOUT) != 0 ? MYSQL_WAIT_WRITE : 0;
  return (happened & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0 ? written | MYSQL_WAIT_READ : written;
}

std::uint32_t events_of(int wanted) noexcept {
  const std::uint32_t written = (wanted & MYSQL_WAIT_WRITE) != 0 ? EPOLLOUT : 0;
  return (wanted & MYSQL_WAIT_READ) != 0 ? written | EPOLLIN : written;
}

}  // namespace

MySqlLink::MySqlLink(const ScratchMySql& scratch)
    : connection_(scratch.config(), BareMySql::Calls::NonBlocking), select_(connection_.prepare(select_by_id_sql)) {
  select_.bind_parameters({bind_numbers(&id_)});
  select_.bind_columns(cells_.bind());
}

std::uint32_t MySqlLink::start(std::int64_t id) {
  id_ = id;
  step_ = Step::Execute;
  return follow(select_.start_execute());
}

std::uint32_t MySqlLink::go_on(std::uint32_t happened) {
  const int ready = ready_of(happened);
  return follow(step_ == Step::Execute ? select_.go_on_execute(ready) : select_.go_on_store(ready));
}

std::uint32_t MySqlLink::follow(int wanted) {
  if (wanted == 0 && step_ == Step::Execute) {
    step_ = Step::Store;
    wanted = select_.start_store();
  }
  return events_of(wanted);
}

void MySqlLink::read(Sample& sample) {
  select_.fetch();
  cells_.get(sample);
  select_.free_result();
}

}  // namespace dalia::benchmarks
