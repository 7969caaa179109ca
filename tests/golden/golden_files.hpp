/// The files of the golden tests.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dalia::golden {

[[nodiscard]] const std::filesystem::path& directory();
[[nodiscard]] const std::filesystem::path& statement_directory();
[[nodiscard]] std::string content_of(const std::filesystem::path& file);
/// statements/NAME with this ending.
[[nodiscard]] std::filesystem::path file_of(std::string_view name, std::string_view ending);
/// NAME of every NAME.sql.
[[nodiscard]] std::vector<std::string> statement_names();
/// From not_on_ENGINE.txt: NAME and why the engine refuses the text made for it.
[[nodiscard]] std::map<std::string, std::string> refused_by(std::string_view engine);

}  // namespace dalia::golden
