/// Options of the calls that change entities.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "dalia/core/database_config.hpp"

namespace dalia {

/// What every change records: by whom and why. Derived is the option class itself, so that setters chain.
template <class Derived>
class ChangeOptions {
 public:
  Derived& user_id(std::string user_id) {
    user_id_ = std::move(user_id);
    return static_cast<Derived&>(*this);
  }
  /// Kept in the history only.
  Derived& comment(std::string comment) {
    comment_ = std::move(comment);
    return static_cast<Derived&>(*this);
  }
  /// Total time of the call; default: query_timeout of the configuration.
  Derived& timeout(std::chrono::nanoseconds timeout) {
    timeout_ = timeout;
    return static_cast<Derived&>(*this);
  }

  [[nodiscard]] const std::optional<std::string>& user_id() const noexcept { return user_id_; }
  [[nodiscard]] const std::optional<std::string>& comment() const noexcept { return comment_; }
  [[nodiscard]] const std::optional<std::chrono::nanoseconds>& timeout() const noexcept { return timeout_; }

 private:
  std::optional<std::string> user_id_;
  std::optional<std::string> comment_;
  std::optional<std::chrono::nanoseconds> timeout_;
};

/// save_options().user_id("admin").comment("renamed")
class SaveOptions : public ChangeOptions<SaveOptions> {
 public:
  SaveOptions() noexcept {}

  /// Refuse the save with VersionConflict unless the stored version is this one; 0: the id must not exist.
  SaveOptions& expected_version(std::int64_t version) noexcept {
    expected_version_ = version;
    return *this;
  }
  /// Bring a soft-deleted id back with this save instead of refusing it.
  SaveOptions& revive() noexcept {
    revive_ = true;
    return *this;
  }
  /// Return the stored row typed, as get_options().deserialize() does.
  SaveOptions& deserialize() noexcept {
    deserialize_ = true;
    return *this;
  }
  /// For this save instead of the configuration's.
  SaveOptions& schema_mode(SchemaMode mode) noexcept {
    schema_mode_ = mode;
    return *this;
  }

  [[nodiscard]] std::optional<std::int64_t> expected_version() const noexcept { return expected_version_; }
  [[nodiscard]] bool revives() const noexcept { return revive_; }
  [[nodiscard]] bool deserializes() const noexcept { return deserialize_; }
  [[nodiscard]] std::optional<SchemaMode> schema_mode() const noexcept { return schema_mode_; }

 private:
  std::optional<std::int64_t> expected_version_;
  std::optional<SchemaMode> schema_mode_;
  bool revive_ = false;
  bool deserialize_ = false;
};

/// delete_options().permanent()
class DeleteOptions : public ChangeOptions<DeleteOptions> {
 public:
  DeleteOptions() noexcept {}

  /// Remove the row itself; the history stays and gets a closing entry.
  DeleteOptions& permanent() noexcept {
    permanent_ = true;
    return *this;
  }
  [[nodiscard]] bool is_permanent() const noexcept { return permanent_; }

 private:
  bool permanent_ = false;
};

/// restore_options().user_id("admin"); also of erase_entity.
class RestoreOptions : public ChangeOptions<RestoreOptions> {
 public:
  RestoreOptions() noexcept {}
};

[[nodiscard]] inline SaveOptions save_options() {
  return SaveOptions();
}
[[nodiscard]] inline DeleteOptions delete_options() {
  return DeleteOptions();
}
[[nodiscard]] inline RestoreOptions restore_options() {
  return RestoreOptions();
}

}  // namespace dalia
