#include "world.hpp"

#include <dalia/core/json.hpp>

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

namespace {

using nlohmann::json;

json read_list(const std::string& standard) {
  const std::string path = "/usr/share/iso-codes/json/iso_" + standard + ".json";
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot read " + path + "; install the package iso-codes");
  }
  return json::parse(file).at(standard);
}

std::optional<std::string> text_at(const json& row, const char* name) {
  return row.contains(name) ? std::optional(row.at(name).get<std::string>()) : std::nullopt;
}

/// A nested value, a list and an instant; each gets a column of its own kind.
dalia::Entity country_from(const json& row, const std::set<std::string>& part_types) {
  const std::vector<dalia::Value> types(part_types.begin(), part_types.end());
  return {{"id", row.at("alpha_2").get<std::string>()},
          {"name", row.at("name").get<std::string>()},
          {"names", {{"official", text_at(row, "official_name")}, {"common", text_at(row, "common_name")}}},
          {"part_types", dalia::Value::array_of(types)},
          {"loaded_at", dalia::now()}};
}

/// A country of the past. Of some only the year is known; they keep no date.
dalia::Entity former_country_from(const json& row) {
  return {{"id", row.at("alpha_4").get<std::string>()},
          {"name", row.at("name").get<std::string>()},
          {"withdrawn_on", dalia::date_from(row.at("withdrawal_date").get<std::string>())}};
}

dalia::Entity part_from(const json& row) {
  const std::string code = row.at("code");
  return {{"id", code},
          {"country", code.substr(0, code.find('-'))},
          {"name", row.at("name").get<std::string>()},
          {"type", row.at("type").get<std::string>()}};
}

}  // namespace

World read_world() {
  World world;
  std::map<std::string, std::set<std::string>> types;
  for (const json& row : read_list("3166-2")) {
    world.subdivisions.push_back(part_from(row));
    types[world.subdivisions.back().get<std::string>("country")].insert(row.at("type"));
  }
  for (const json& row : read_list("3166-1")) {
    world.countries.push_back(country_from(row, types[row.at("alpha_2")]));
  }
  for (const json& row : read_list("3166-3")) {
    world.countries.push_back(former_country_from(row));
  }
  return world;
}
