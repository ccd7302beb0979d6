// JsonWriter: builds one JSON text (RFC 8259), compact, keys in the order written.
//
// Numbers are written without printf or libc++'s floating to_chars (the oldest Emscripten lacks
// it): decimals have a stated count of places, rounded half away from zero, so the same value gives
// the same text in every build.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

class JsonWriter {
 public:
  void begin_object();
  void end_object();
  void begin_array();
  void end_array();

  /// Inside an object: must come before each value.
  void key(std::string_view name);

  /// UTF-8. Quotes, backslashes and control characters are escaped; bytes that are not valid UTF-8
  /// become U+FFFD, so that the text is always valid.
  void string(std::string_view value);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  void boolean(bool value);
  void null();
  /// `places` digits after the point, [0, 9]. NaN, infinities and |value| >= 9e15 / 10^places
  /// become null: JSON has no such numbers.
  void decimal(double value, int places);

  /// key() and value in one.
  void member(std::string_view name, std::string_view value);
  void member(std::string_view name, const char* value) { member(name, std::string_view(value)); }
  void member(std::string_view name, bool value);
  void member(std::string_view name, std::int64_t value);
  void member(std::string_view name, int value) { member(name, static_cast<std::int64_t>(value)); }
  void member(std::string_view name, double value, int places);

  /// The text so far; complete when every begin has its end.
  const std::string& text() const { return text_; }

 private:
  void begin_value();

  std::string text_;
  std::vector<bool> has_items_;  // One per open object or array.
  bool after_key_ = false;
};

}  // namespace engine
