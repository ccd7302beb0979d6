#include "engine/base/json_writer.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "engine/base/check.h"

namespace engine {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD.

/// Length of the valid UTF-8 sequence at `at` (RFC 3629 section 4), 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) : 0u;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  const unsigned lead = byte(at);
  const unsigned second = byte(at + 1);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(at + 1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool overlong = lead == 0xe0 && second < 0xa0;
    const bool surrogate = lead == 0xed && second > 0x9f;
    return continues(at + 1) && continues(at + 2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool overlong = lead == 0xf0 && second < 0x90;
    const bool beyond = lead == 0xf4 && second > 0x8f;
    const bool whole = continues(at + 1) && continues(at + 2) && continues(at + 3);
    return whole && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

void JsonWriter::begin_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) text_ += ',';
  has_items_.back() = true;
}

void JsonWriter::begin_object() {
  begin_value();
  text_ += '{';
  has_items_.push_back(false);
}

void JsonWriter::end_object() {
  ENGINE_CHECK(!has_items_.empty());
  has_items_.pop_back();
  text_ += '}';
}

void JsonWriter::begin_array() {
  begin_value();
  text_ += '[';
  has_items_.push_back(false);
}

void JsonWriter::end_array() {
  ENGINE_CHECK(!has_items_.empty());
  has_items_.pop_back();
  text_ += ']';
}

void JsonWriter::key(std::string_view name) {
  ENGINE_CHECK(!after_key_);
  string(name);
  text_ += ':';
  after_key_ = true;
}

void JsonWriter::string(std::string_view value) {
  begin_value();
  text_ += '"';
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t length = utf8_length(value, at);
    const auto byte = static_cast<unsigned char>(value[at]);
    if (length == 0) {
      text_ += kReplacement;
    } else if (byte == '"' || byte == '\\') {
      text_ += '\\';
      text_ += value[at];
    } else if (byte == '\n') {
      text_ += "\\n";
    } else if (byte == '\t') {
      text_ += "\\t";
    } else if (byte < 0x20) {
      text_ += "\\u00";
      text_ += kHexDigits[byte >> 4];
      text_ += kHexDigits[byte & 15u];
    } else {
      text_ += value.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  text_ += '"';
}

void JsonWriter::unsigned_integer(std::uint64_t value) {
  begin_value();
  std::array<char, 20> digits{};
  std::size_t used = digits.size();
  do {
    digits[--used] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  text_.append(digits.data() + used, digits.size() - used);
}

void JsonWriter::integer(std::int64_t value) {
  if (value >= 0) return unsigned_integer(static_cast<std::uint64_t>(value));
  begin_value();
  text_ += '-';
  after_key_ = true;  // The magnitude belongs to the same value.
  unsigned_integer(~static_cast<std::uint64_t>(value) + 1);
}

void JsonWriter::boolean(bool value) {
  begin_value();
  text_ += value ? "true" : "false";
}

void JsonWriter::null() {
  begin_value();
  text_ += "null";
}

void JsonWriter::decimal(double value, int places) {
  ENGINE_CHECK(places >= 0);
  ENGINE_CHECK(places <= 9);
  std::uint64_t scale = 1;
  for (int i = 0; i < places; ++i) scale *= 10;
  const double scaled = std::floor(std::fabs(value) * static_cast<double>(scale) + 0.5);
  if (!(scaled < 9e15)) return null();
  const auto whole = static_cast<std::uint64_t>(scaled);
  begin_value();
  if (value < 0 && whole != 0) text_ += '-';
  after_key_ = true;
  unsigned_integer(whole / scale);
  if (places == 0) return;
  text_ += '.';
  for (std::uint64_t unit = scale / 10; unit != 0; unit /= 10) {
    text_ += static_cast<char>('0' + whole / unit % 10);
  }
}

void JsonWriter::member(std::string_view name, std::string_view value) {
  key(name);
  string(value);
}

void JsonWriter::member(std::string_view name, bool value) {
  key(name);
  boolean(value);
}

void JsonWriter::member(std::string_view name, std::int64_t value) {
  key(name);
  integer(value);
}

void JsonWriter::member(std::string_view name, double value, int places) {
  key(name);
  decimal(value, places);
}

}  // namespace engine
