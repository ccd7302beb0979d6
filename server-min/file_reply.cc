#include "server-min/file_reply.h"

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

}  // namespace

Validators validators_of(const FileFacts& facts) {
  return {make_etag(facts.size_bytes, facts.modified_ns, facts.inode), facts.modified_seconds()};
}

Reply file_reply(OpenFile file, const Request& request, const FileReplyOptions& options,
                 std::int64_t now_seconds) {
  const std::uint64_t size_bytes = file.facts.size_bytes;
  const Validators validators = validators_of(file.facts);
  const Precondition precondition = evaluate(request.conditions, validators, now_seconds);
  if (precondition == Precondition::kFailed) {
    return error_reply(412, "precondition_failed", "The file is another version now.");
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
