// JsonWriter: builds one JSON text (RFC 8259), always valid UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// `text` as a JSON string with its quotes. Control characters are escaped, bytes that are not
/// UTF-8 become U+FFFD, and "<" is escaped so that the text is harmless inside HTML.
std::string json_string(std::string_view text);

/// Writes objects and arrays in the order of the calls and places the commas. Calls must nest as
/// JSON nests; the caller closes what it opens. Names of fields are plain ASCII without quotes and
/// backslashes.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array(std::string_view name);
  JsonWriter& end_array();
  JsonWriter& begin_object(std::string_view name);

  JsonWriter& field(std::string_view name, std::string_view value);
  /// An array of strings.
  JsonWriter& field(std::string_view name, const std::vector<std::string>& values);
  JsonWriter& field_or_null(std::string_view name, const std::optional<std::string>& value);
  JsonWriter& number(std::string_view name, std::uint64_t value);
  JsonWriter& number_or_null(std::string_view name, std::optional<std::uint32_t> value);
  JsonWriter& boolean(std::string_view name, bool value);
  /// Milliseconds written as seconds with three decimals, exactly; null when absent.
  JsonWriter& seconds_or_null(std::string_view name, std::optional<std::uint64_t> milliseconds);
  /// A whole number of `digits` decimal places less, written exactly; null when absent.
  JsonWriter& decimal_or_null(std::string_view name, std::optional<std::int32_t> value, int digits);

  /// The text; the writer is empty afterwards.
  std::string take();

 private:
  void separate();
  void begin_field(std::string_view name);
  JsonWriter& raw(std::string_view name, std::string_view json);

  std::string text_;
};

}  // namespace server
