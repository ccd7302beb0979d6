#include "server-min/json.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "server-min/text.h"

namespace server {

namespace {

// Most texts, and all names of fields: a list has thousands.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\' || c == '<') return false;
  }
  return true;
}

void append_string(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += '"';
    out += text;
    out += '"';
    return;
  }
  out += json_string(text);
}

}  // namespace

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
  begin_field(name);
  text_ += json;
  return *this;
}

void JsonWriter::begin_field(std::string_view name) {
  separate();
  text_ += '"';
  text_ += name;
  text_ += "\":";
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
  begin_field(name);
  append_string(text_, value);
  return *this;
}

JsonWriter& JsonWriter::field(std::string_view name, const std::vector<std::string>& values) {
  raw(name, "[");
  for (const std::string& value : values) {
    separate();
    append_string(text_, value);
  }
  return end_array();
}

JsonWriter& JsonWriter::field_or_null(std::string_view name,
                                      const std::optional<std::string>& value) {
  return value ? field(name, *value) : raw(name, "null");
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

JsonWriter& JsonWriter::decimal_or_null(std::string_view name, std::optional<std::int32_t> value,
                                        int digits) {
  if (!value) return raw(name, "null");
  const std::int64_t size = std::abs(std::int64_t{*value});
  std::int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s%lld.%0*lld", *value < 0 ? "-" : "",
                static_cast<long long>(size / unit), digits, static_cast<long long>(size % unit));
  return raw(name, text.data());
}

std::string JsonWriter::take() {
  return std::exchange(text_, {});
}

}  // namespace server
