#include "postgres_link.hpp"

#include <sys/epoll.h>

#include "postgres_samples.hpp"

namespace dalia::benchmarks {

PostgresLink::PostgresLink(const ScratchSchema& scratch) : connection_(scratch.url()) {
  connection_.prepare("select", select_by_id_sql);
  connection_.check(PQsetnonblocking(connection_.get(), 1) == 0 ? 1 : 0);
}

std::uint32_t PostgresLink::start(std::int64_t id) {
  id_.set_number(0, id);
  connection_.send("select", id_);
  return flush();
}

std::uint32_t PostgresLink::flush() {
  const int left = PQflush(connection_.get());
  connection_.check(left >= 0 ? 1 : 0);
  return left == 0 ? EPOLLIN : EPOLLIN | EPOLLOUT;
}

std::uint32_t PostgresLink::go_on(std::uint32_t happened) {
  if ((happened & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
    connection_.check(PQconsumeInput(connection_.get()));
  }
  if ((happened & EPOLLOUT) != 0 && flush() != EPOLLIN) {
    return EPOLLIN | EPOLLOUT;
  }
  while (PQisBusy(connection_.get()) == 0) {
    BareResult result = connection_.next(PGRES_TUPLES_OK);
    if (result == nullptr) {
      return 0;
    }
    found_ = std::move(result);
  }
  return EPOLLIN;
}

void PostgresLink::read(Sample& sample) {
  read_sample(found_.get(), 0, sample);
  found_.reset();
}

}  // namespace dalia::benchmarks
