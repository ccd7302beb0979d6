#include "server-min/file_reply.h"

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <utility>

#include "server-min/http_date.h"
#include "server-min/http_range.h"

namespace server {
namespace {

// RFC 9110 section 14.2: Range has a meaning for GET only.
RangeAnswer requested_range(const Request& request, const Validators& validators,
                            std::uint64_t size_bytes, std::int64_t now_seconds) {
  if (request.method != Method::kGet || !request.range) return WholeFile{};
  if (!range_still_valid(request.conditions, validators, now_seconds)) return WholeFile{};
  return parse_range(*request.range, size_bytes);
}

Reply not_satisfiable(std::uint64_t size_bytes) {
  Reply reply = error_reply(416, "range_not_satisfiable", "The range starts behind the last byte.");
  reply.add_header("Content-Range", unsatisfied_content_range(size_bytes));
  reply.add_header("Accept-Ranges", "bytes");
  return reply;
}

// Drawn anew for each answer, so that no file can have been made to contain it.
std::string make_boundary() {
  std::random_device random;
  std::string boundary = "part-";
  for (int i = 0; i < 4; ++i) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(random()));
    boundary += digits.data();
  }
  return boundary;
}

// A part's own fields describe the file; the head of the answer describes the multipart.
void send_several(Reply& reply, UniqueFd file, const RangeList& ranges,
                  const FileReplyOptions& options, std::uint64_t size_bytes) {
  const std::string boundary = make_boundary();
  std::string fields = "\r\nContent-Type: " + std::string(options.media_type) + "\r\n";
  if (!options.content_encoding.empty()) {
    fields += "Content-Encoding: " + std::string(options.content_encoding) + "\r\n";
  }
  FileParts several;
  for (const ByteRange& range : ranges) {
    const char* before = several.parts.empty() ? "--" : "\r\n--";
    several.parts.push_back({before + boundary + fields +
                                 "Content-Range: " + content_range(range, size_bytes) + "\r\n\r\n",
                             range});
  }
  several.tail = "\r\n--" + boundary + "--\r\n";
  several.file = std::move(file);
  reply.status = 206;
  reply.add_header("Content-Type", "multipart/byteranges; boundary=" + boundary);
  reply.body = std::move(several);
}

}  // namespace

Reply another_version() {
  return error_reply(412, "precondition_failed", "The file is another version now.");
}

Validators validators_of(const FileFacts& facts) {
  return {make_etag(facts.size_bytes, facts.modified_ns, facts.changed_ns, facts.inode),
          facts.modified_seconds()};
}

Reply file_reply(OpenFile file, const Request& request, const FileReplyOptions& options,
                 std::int64_t now_seconds) {
  const std::uint64_t size_bytes = file.facts.size_bytes;
  const Validators validators = validators_of(file.facts);
  const Precondition precondition = evaluate(request.conditions, validators, now_seconds);
  if (precondition == Precondition::kFailed) {
    return another_version();
  }

  Reply reply;
  reply.add_header("ETag", validators.etag);
  reply.add_header("Last-Modified", format_http_date(validators.modified_seconds));
  reply.add_header("Cache-Control", options.cache_control);
  if (options.vary_on_encoding) reply.add_header("Vary", "Accept-Encoding");
  if (precondition == Precondition::kNotModified) {
    reply.status = 304;
    return reply;
  }

  const RangeAnswer answer = requested_range(request, validators, size_bytes, now_seconds);
  if (std::holds_alternative<UnsatisfiableRange>(answer)) return not_satisfiable(size_bytes);

  reply.add_header("Accept-Ranges", "bytes");
  if (const auto* ranges = std::get_if<RangeList>(&answer)) {
    send_several(reply, std::move(file.fd), *ranges, options, size_bytes);
    return reply;
  }
  reply.add_header("Content-Type", options.media_type);
  if (!options.content_encoding.empty()) {
    reply.add_header("Content-Encoding", options.content_encoding);
  }
  ByteRange range{0, size_bytes};
  if (const auto* partial = std::get_if<ByteRange>(&answer)) {
    range = *partial;
    reply.status = 206;
    reply.add_header("Content-Range", content_range(range, size_bytes));
  }
  reply.body = FileSlice{std::move(file.fd), range};
  return reply;
}

}  // namespace server
