#include "server-min/request_target.h"

#include "server-min/text.h"

namespace server {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    result += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return result;
}

// In a query "+" is a space (URL Standard, application/x-www-form-urlencoded).
std::optional<std::string> form_decode(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '+') c = ' ';
  }
  return percent_decode(spaced);
}

std::optional<std::string> decode_segment(std::string_view raw) {
  auto segment = percent_decode(raw);
  if (!segment || segment->empty() || *segment == "." || *segment == "..") return std::nullopt;
  for (const char c : *segment) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '/' || c == '\\') return std::nullopt;
  }
  return segment;
}

bool decode_path(std::string_view path, RequestTarget& target) {
  path.remove_prefix(1);  // The leading slash.
  if (path.empty()) return true;
  if (path.ends_with('/')) {
    target.is_folder = true;
    path.remove_suffix(1);
  }
  for (const std::string_view raw : split(path, '/')) {
    auto segment = decode_segment(raw);
    if (!segment) return false;
    target.segments.push_back(std::move(*segment));
  }
  return true;
}

bool decode_query(std::string_view query, RequestTarget& target) {
  for (const std::string_view pair : split(query, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = form_decode(pair.substr(0, equals));
    auto value = form_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || !value) return false;
    target.query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

// Size of "http://" or "https://" at the front; 0 for a target that is not in absolute form.
std::size_t scheme_size(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

}  // namespace

std::string RequestTarget::relative_path() const {
  std::string path;
  for (const std::string& segment : segments) {
    if (!path.empty()) path += '/';
    path += segment;
  }
  return path;
}

std::optional<std::string> RequestTarget::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> authority_of_target(std::string_view target) {
  const std::size_t begin = scheme_size(target);
  if (begin == 0) return std::nullopt;
  target.remove_prefix(begin);
  return target.substr(0, target.find_first_of("/?#"));
}

std::optional<RequestTarget> parse_request_target(std::string_view text) {
  if (text.find('#') != std::string_view::npos) return std::nullopt;
  const auto authority = authority_of_target(text);
  if (authority) text.remove_prefix(scheme_size(text) + authority->size());
  const std::size_t mark = text.find('?');
  std::string_view path = text.substr(0, mark);
  if (authority && path.empty()) path = "/";  // RFC 9110 section 4.2.3.
  RequestTarget target;
  if (!path.starts_with('/') || !decode_path(path, target)) return std::nullopt;
  if (mark != std::string_view::npos && !decode_query(text.substr(mark + 1), target)) {
    return std::nullopt;
  }
  return target;
}

}  // namespace server
