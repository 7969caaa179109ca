/// Folders that tests keep files in.
#pragma once

#include <filesystem>

namespace dalia::test {

/// Makes an empty folder of its own, below TMPDIR.
[[nodiscard]] std::filesystem::path make_temporary_folder();

/// One for the lifetime of the object.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(make_temporary_folder()) {}
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace dalia::test
