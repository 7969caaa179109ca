/// EntityModel: what an entity is, in a few maps. The stateful test runs it beside the engine.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dalia/core/entity.hpp"
#include "dalia/entity/entity_schema.hpp"

namespace dalia::test {

enum class Refusal { None, TypeConflict, VersionConflict, EntityDeleted };

struct ModelSave {
  std::vector<Entity> inputs;  ///< with fields in their usual spelling
  std::optional<std::int64_t> expected_version;
  bool revives = false;
  std::string user;
  std::string comment;
};

class EntityModel {
 public:
  using Fields = std::map<std::string, Value>;

  struct Version {
    std::int64_t number = 0;
    std::string operation;
    Fields fields;
    bool is_deleted = false;
    std::string user;
    std::string comment;
  };
  struct Item {
    bool exists = false;
    bool is_deleted = false;
    Fields fields;
    std::string created_by;
    std::string updated_by;
    std::vector<Version> versions;  ///< those that can still be read

    [[nodiscard]] std::int64_t version() const { return versions.empty() ? 0 : versions.back().number; }
  };

  /// The versions the rows have after each save of the list, or why all of it is refused.
  Refusal save(const ModelSave& save, std::vector<std::int64_t>& versions);
  bool soft_delete(const std::string& id, const std::string& user, const std::string& comment);
  bool restore(const std::string& id, const std::string& user, const std::string& comment);
  bool hard_delete(const std::string& id, const std::string& user, const std::string& comment);
  bool erase(const std::string& id, const std::string& user, const std::string& comment);

  /// For engines where new fields and kinds may outlive the rollback of the transaction that made them.
  /// @param stored  those that are there after it.
  void keep_fields_of(const EntityModel& later, const std::vector<EntityField>& stored);

  [[nodiscard]] const std::map<std::string, Item>& items() const noexcept { return items_; }
  [[nodiscard]] const Item& item(const std::string& id) const;
  /// Every field there is with its kind; none: seen only as null.
  [[nodiscard]] const std::map<std::string, std::optional<Kind>>& fields() const noexcept { return kinds_; }

 private:
  [[nodiscard]] bool grow(const std::vector<Entity>& inputs);
  [[nodiscard]] bool holds_inexact_integers(const std::string& field) const;
  void convert(const std::string& field, Kind kind);
  void record(Item& item, const std::string& operation, const std::string& user, const std::string& comment);

  std::map<std::string, Item> items_;
  std::map<std::string, std::optional<Kind>> kinds_;
};

/// The value as a column of that kind holds it; nothing where it does not fit without loss.
[[nodiscard]] std::optional<Value> model_fit(const Value& value, Kind kind);

}  // namespace dalia::test
