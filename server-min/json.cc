#include "server-min/json.h"

#include <array>
#include <cstdio>
#include <utility>

#include "server-min/text.h"

namespace server {

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : repair_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7F || c == '<') {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(byte));
      result += escape.data();
    } else {
      result += c;
    }
  }
  return result + '"';
}

void JsonWriter::separate() {
  if (!text_.empty() && text_.back() != '{' && text_.back() != '[') text_ += ',';
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view json) {
  separate();
  text_ += json_string(name);
  text_ += ':';
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_ += '{';
  return *this;
}

JsonWriter& JsonWriter::begin_object(std::string_view name) {
  return raw(name, "{");
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  return *this;
}

JsonWriter& JsonWriter::begin_array(std::string_view name) {
  return raw(name, "[");
}

JsonWriter& JsonWriter::end_array() {
  text_ += ']';
  return *this;
}

JsonWriter& JsonWriter::field(std::string_view name, std::string_view value) {
  return raw(name, json_string(value));
}

JsonWriter& JsonWriter::field(std::string_view name, const std::vector<std::string>& values) {
  raw(name, "[");
  for (const std::string& value : values) {
    separate();
    text_ += json_string(value);
  }
  return end_array();
}

JsonWriter& JsonWriter::field_or_null(std::string_view name,
                                      const std::optional<std::string>& value) {
  return raw(name, value ? json_string(*value) : "null");
}

JsonWriter& JsonWriter::number(std::string_view name, std::uint64_t value) {
  return raw(name, std::to_string(value));
}

JsonWriter& JsonWriter::number_or_null(std::string_view name, std::optional<std::uint32_t> value) {
  return raw(name, value ? std::to_string(*value) : "null");
}

JsonWriter& JsonWriter::boolean(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}

JsonWriter& JsonWriter::seconds_or_null(std::string_view name,
                                        std::optional<std::uint64_t> milliseconds) {
  if (!milliseconds) return raw(name, "null");
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%llu.%03llu",
                static_cast<unsigned long long>(*milliseconds / 1000),
                static_cast<unsigned long long>(*milliseconds % 1000));
  return raw(name, text.data());
}

std::string JsonWriter::take() {
  return std::exchange(text_, {});
}

}  // namespace server
