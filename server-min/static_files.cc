#include "server-min/static_files.h"

#include <array>
#include <utility>

#include "server-min/file_reply.h"
#include "server-min/text.h"
#include "server-min/track_tags.h"

namespace server {
namespace {

constexpr std::string_view kRevalidate = "no-cache";
constexpr std::string_view kImmutable = "public, max-age=31536000, immutable";

struct MediaType {
  std::string_view extension;
  std::string_view name;
};

// Streaming compilation of WebAssembly and module scripts both fail with a wrong type. Audio has
// its own table.
constexpr std::array<MediaType, 18> kMediaTypes = {{
    {"html", "text/html; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"json", "application/json; charset=utf-8"},
    {"map", "application/json; charset=utf-8"},
    {"webmanifest", "application/manifest+json; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"txt", "text/plain; charset=utf-8"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"webp", "image/webp"},
    {"ico", "image/x-icon"},
    {"woff2", "font/woff2"},
    {"webm", "audio/webm"},
    {"xml", "application/xml"},
}};

struct Encoding {
  std::string_view name;
  std::string_view suffix;
};

// In order of preference: Brotli packs WebAssembly about a fifth smaller than gzip.
constexpr std::array<Encoding, 2> kEncodings = {{{"br", ".br"}, {"gzip", ".gz"}}};

// qvalue (RFC 9110 section 12.4.2): "0", "0.", "0.0", "0.00" and "0.000" mean "not acceptable".
bool is_zero_weight(std::string_view parameters) {
  for (const std::string_view raw : split(parameters, ';')) {
    const std::string_view parameter = trim(raw);
    if (!equals_ignoring_case(parameter.substr(0, 2), "q=")) continue;
    return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

bool has_extension(const RequestTarget& target) {
  return !target.segments.empty() && !target.is_folder &&
         target.segments.back().find('.') != std::string::npos;
}

bool is_hidden(const RequestTarget& target) {
  for (const std::string& segment : target.segments) {
    if (segment.starts_with('.')) return true;
  }
  return false;
}

}  // namespace

std::string_view media_type_of_name(std::string_view file_name) {
  const std::string extension = extension_of(file_name);
  for (const MediaType& type : kMediaTypes) {
    if (type.extension == extension) return type.name;
  }
  if (const auto format = format_of_name(file_name)) return engine::facts_of(*format).media_type;
  return "application/octet-stream";
}

bool accepts_encoding(std::string_view accept_encoding, std::string_view name) {
  bool accepted_by_star = false;
  for (const std::string_view element : split(accept_encoding, ',')) {
    const std::size_t semicolon = element.find(';');
    const std::string_view coding = trim(element.substr(0, semicolon));
    const std::string_view parameters =
        semicolon == std::string_view::npos ? "" : element.substr(semicolon + 1);
    if (equals_ignoring_case(coding, name)) return !is_zero_weight(parameters);
    if (coding == "*") accepted_by_star = !is_zero_weight(parameters);
  }
  return accepted_by_star;
}

std::optional<Reply> StaticFiles::find(const std::string& name, const Request& request,
                                       std::int64_t now_seconds) const {
  auto file = root_->open_file(name);
  if (!file) return std::nullopt;
  FileReplyOptions options;
  options.media_type = media_type_of_name(name);
  options.cache_control = name.starts_with("assets/") ? kImmutable : kRevalidate;
  const std::int64_t modified_seconds = file->facts.modified_seconds();
  for (const Encoding& encoding : kEncodings) {
    auto packed = root_->open_file(name + std::string(encoding.suffix));
    // A packed copy from before the last build would bring back the old program. Whole seconds,
    // because packers copy the time of the original and some of them cut its fraction off.
    if (!packed || packed->facts.modified_seconds() < modified_seconds) continue;
    options.vary_on_encoding = true;
    if (!options.content_encoding.empty()) continue;
    if (!accepts_encoding(request.accept_encoding, encoding.name)) continue;
    options.content_encoding = encoding.name;
    file = std::move(packed);
  }
  return file_reply(std::move(*file), request, options, now_seconds);
}

Reply StaticFiles::answer(const RequestTarget& target, const Request& request,
                          std::int64_t now_seconds) const {
  if (!root_) {
    return error_reply(404, "web_app_missing",
                       "This server was started without the web app. Build it, or pass --web.");
  }
  if (is_hidden(target)) return error_reply(404, "not_found", "There is no such file.");
  if (!target.segments.empty() && !target.is_folder) {
    if (auto reply = find(target.relative_path(), request, now_seconds)) return std::move(*reply);
  }
  if (!has_extension(target)) {
    if (auto reply = find("index.html", request, now_seconds)) return std::move(*reply);
  }
  return error_reply(404, "not_found", "There is no such file.");
}

}  // namespace server
