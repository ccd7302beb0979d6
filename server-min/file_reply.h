// file_reply: an open file as an HTTP answer, with conditions and ranges.
#pragma once

#include <cstdint>
#include <string_view>

#include "server-min/file_root.h"
#include "server-min/message.h"

namespace server {

struct FileReplyOptions {
  std::string_view media_type;
  std::string_view cache_control;
  std::string_view content_encoding;  ///< Empty for a file sent as it is.
  bool vary_on_encoding = false;      ///< Another encoding of the same file may be chosen.
};

/// Answers a GET or HEAD for `file` by RFC 9110: 200, 206 (several
/// ranges as multipart/byteranges), 304, 412 or 416, with ETag, Last-Modified and Accept-Ranges.
/// `now_seconds` is the clock for If-Range dates.
Reply file_reply(OpenFile file, const Request& request, const FileReplyOptions& options,
                 std::int64_t now_seconds);

/// The answer to a condition that failed: 412.
Reply another_version();

/// The validators of an open file.
Validators validators_of(const FileFacts& facts);

}  // namespace server
