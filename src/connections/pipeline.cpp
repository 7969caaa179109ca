#include "dalia/connections/pipeline.hpp"

namespace dalia {

void Pipeline::add(std::string_view sql, Params params) {
  const bool is_repeated = !statements_.empty() && texts_[statements_.back().text] == sql;
  std::size_t number = is_repeated ? statements_.back().text : texts_.size();
  if (!is_repeated) {
    const auto [known, is_new] = numbers_.try_emplace(std::string(sql), number);
    number = known->second;
    if (is_new) {
      texts_.emplace_back(sql);
    }
  }
  statements_.emplace_back(number, std::move(params));
}

}  // namespace dalia
