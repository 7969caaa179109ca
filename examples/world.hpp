/// What the quickstarts load: the world's countries and their parts, from the JSON files of Debian's package iso-codes.
#pragma once

#include <dalia/dalia.hpp>

#include <vector>

struct World {
  std::vector<dalia::Entity> countries;  ///< those that are gone too
  std::vector<dalia::Entity> subdivisions;
};

/// @throws std::runtime_error where the package is missing.
[[nodiscard]] World read_world();
