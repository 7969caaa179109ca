#include "dalia/core/executor.hpp"

#include <cstring>

#include "dalia/core/error.hpp"

namespace dalia {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) noexcept {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;  // 2^64 by the golden ratio: an odd number without pattern
  return hash ^ (hash >> 32);
}

std::uint64_t word_at(const char* text, std::size_t size) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, text, size);
  return word;
}

}  // namespace

// Eight bytes a step: every call of a cached statement hashes its text. The standard library's hash takes twice as
// long.
std::size_t StatementText::hash_of(std::string_view text) noexcept {
  constexpr std::size_t step = sizeof(std::uint64_t);
  std::uint64_t hash = text.size();
  for (; text.size() >= step; text.remove_prefix(step)) {
    hash = mixed(hash, word_at(text.data(), step));
  }
  return static_cast<std::size_t>(text.empty() ? hash : mixed(hash, word_at(text.data(), text.size())));
}

Executor::~Executor() = default;

task<std::unique_ptr<Executor>> Executor::open_another(Deadline) {
  throw UsageError("this connection opens no other one");
  co_return nullptr;
}

}  // namespace dalia
