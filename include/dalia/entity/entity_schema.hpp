/// What is known of the tables of one entity, and the error of a schema that may not change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dalia/core/error.hpp"
#include "dalia/core/export.hpp"
#include "dalia/core/kinds.hpp"

namespace dalia {

/// A field of an entity. Fields seen only as null have no kind and no column yet.
struct EntityField {
  std::string name;              ///< in the spelling that came first
  std::optional<Kind> kind;      ///< none: seen only as null
  std::string serializer;        ///< name of a registered serializer, or empty
  std::int64_t since_epoch = 1;  ///< schema epoch in which it appeared
  bool is_extra = false;         ///< has no column yet: its values are in the column _extra, as text

  friend bool operator==(const EntityField&, const EntityField&) = default;
};

/// In mode Plan: the save needs these statements first. Nothing was changed.
class DALIA_EXPORT SchemaChangeNeeded : public EntityError {
 public:
  SchemaChangeNeeded(std::string entity, std::vector<std::string> statements);
  ~SchemaChangeNeeded() override;

  [[nodiscard]] const std::vector<std::string>& statements() const noexcept { return statements_; }

 private:
  std::vector<std::string> statements_;
};

}  // namespace dalia
