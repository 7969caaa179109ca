#include "display_text.hpp"

#include <wchar.h>

#include <algorithm>
#include <clocale>
#include <limits>

#include <fmt/format.h>

namespace dalia::program {
namespace {

/// One character of a text, or one byte that belongs to none.
struct Piece {
  std::string_view bytes;
  char32_t character = 0;
  bool is_valid = false;
};

Piece first_piece(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  const Piece broken{text.substr(0, 1), lead, false};
  if (size == 0 || size > text.size() || lead > 0xF4) {
    return broken;
  }
  auto character = static_cast<char32_t>(size == 1 ? lead : lead & (0x7FU >> size));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      return broken;
    }
    character = character << 6U | (byte(i) & 0x3FU);
  }
  const bool is_overlong = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
  if (is_overlong || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) {
    return broken;
  }
  return Piece{text.substr(0, size), character, true};
}

/// Controls, and the marks that reorder the text around them.
bool is_steering(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

std::string visible(const Piece& piece) {
  switch (piece.character) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto number = static_cast<std::uint32_t>(piece.character);
  return number < 0x80 || !piece.is_valid ? fmt::format("\\x{:02x}", number) : fmt::format("\\u{:04x}", number);
}

/// The widths are glibc's, from the locale C.UTF-8; numbers stay as they are in "C".
std::size_t columns_of(char32_t character) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread looks at the locale
  static const bool has_widths = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
  const int width = has_widths ? wcwidth(static_cast<wchar_t>(character)) : 1;
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

struct Shown {
  std::string_view bytes;  ///< empty: see escaped
  std::string escaped;
  std::size_t width = 0;
  std::size_t size = 0;  ///< in the source
};

Shown show_first(std::string_view text) {
  const Piece piece = first_piece(text);
  if (!piece.is_valid || is_steering(piece.character)) {
    std::string escaped = visible(piece);
    const std::size_t width = escaped.size();
    return Shown{{}, std::move(escaped), width, piece.bytes.size()};
  }
  return Shown{piece.bytes, {}, columns_of(piece.character), piece.bytes.size()};
}

}  // namespace

DisplayText display_text(std::string_view text, std::size_t most) {
  DisplayText result;
  DisplayText cut;  // the longest beginning that leaves room for the mark
  while (!text.empty()) {
    const Shown shown = show_first(text);
    if (result.width + shown.width > most) {
      cut.text += most > 0 ? "…" : "";
      cut.width += most > 0 ? 1 : 0;
      return cut;
    }
    result.text += shown.escaped.empty() ? shown.bytes : std::string_view(shown.escaped);
    result.width += shown.width;
    if (result.width < most) {
      cut.text.append(result.text, cut.text.size());
      cut.width = result.width;
    }
    text.remove_prefix(shown.size);
  }
  return result;
}

std::string one_line(std::string_view text) {
  std::string joined;
  for (const char character : text) {
    const bool is_blank = character == ' ' || character == '\n' || character == '\r' || character == '\t';
    if (!is_blank) {
      joined += character;
    } else if (!joined.empty() && joined.back() != ' ') {
      joined += ' ';
    }
  }
  while (joined.ends_with(' ')) {
    joined.pop_back();
  }
  return display_text(joined, std::numeric_limits<std::size_t>::max()).text;
}

}  // namespace dalia::program
