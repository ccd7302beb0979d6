#include "server-min/access_log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "server-min/teller.h"

namespace server {
namespace {

constexpr int kPatienceMs = 100;

UniqueFd open_log(const std::string& path) {
  if (path == "-") return UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  // O_NONBLOCK: a pipe that nobody reads would be waited for, now and when it is full.
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK;
  return UniqueFd(::open(path.c_str(), kFlags, 0640));
}

// The sizes of the fields at most, as they are written, so that the line has one, too.
constexpr std::size_t kAddressFieldSizeMax = 64;
constexpr std::size_t kUserFieldSizeMax = 512;
constexpr std::size_t kRequestFieldSizeMax = 1600;
constexpr std::size_t kRefererFieldSizeMax = 800;
constexpr std::size_t kUserAgentFieldSizeMax = 800;
constexpr std::size_t kOtherFieldsSizeMax = 128;
static_assert(kAddressFieldSizeMax + kUserFieldSizeMax + kRequestFieldSizeMax +
                  kRefererFieldSizeMax + kUserAgentFieldSizeMax + kOtherFieldsSizeMax <=
              kAccessLineSizeMax);

std::string escaped(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') return {'\\', c};
  if (byte >= 0x20 && byte <= 0x7E) return {c};
  return {'\\', 'x', kHex[byte / 16U], kHex[byte % 16U]};
}

void append_escaped(std::string& line, std::string_view text, std::size_t size_max) {
  constexpr std::string_view kCut = "...";
  if (text.empty()) line += '-';
  const std::size_t begin = line.size();
  std::size_t cut_at = begin;  // The last place that leaves room for the dots.
  for (const char c : text) {
    line += escaped(c);
    if (line.size() - begin > size_max) {
      line.replace(cut_at, std::string::npos, kCut);
      return;
    }
    if (line.size() - begin + kCut.size() <= size_max) cut_at = line.size();
  }
}

// Whole lines, as many as come into a pipe in one piece.
std::string_view piece_of(std::string_view lines) {
  if (lines.size() <= PIPE_BUF) return lines;
  return lines.substr(0, lines.rfind('\n', PIPE_BUF - 1) + 1);
}

// "http://user:password@host/" without what stands before the "@".
std::string without_userinfo(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::string(url);
  const std::size_t begin = scheme_end + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(url);
  return std::string(url.substr(0, begin)).append(url.substr(at + 1));
}

std::string format_time(std::int64_t unix_seconds) {
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts = {};
  std::array<char, 40> text{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "-";
  return {text.data(), std::strftime(text.data(), text.size(), "%d/%b/%Y:%H:%M:%S +0000", &parts)};
}

}  // namespace

std::string format_access_line(const AccessEntry& entry) {
  std::string line;
  append_escaped(line, entry.address, kAddressFieldSizeMax);
  line += " - ";
  append_escaped(line, entry.user, kUserFieldSizeMax);
  line += " [" + format_time(entry.unix_seconds) + "] \"";
  append_escaped(line, entry.request_line, kRequestFieldSizeMax);
  line += "\" " + std::to_string(entry.status) + ' ';
  line += entry.body_size_bytes == 0 ? "-" : std::to_string(entry.body_size_bytes);
  line += " \"";
  append_escaped(line, without_userinfo(entry.referer), kRefererFieldSizeMax);
  line += "\" \"";
  append_escaped(line, entry.user_agent, kUserAgentFieldSizeMax);
  return line + "\"\n";
}

AccessLog::AccessLog(std::string path, std::function<void(const std::string&)> tell)
    : path_(std::move(path)),
      is_standard_output_(path_ == "-"),
      tell_(std::move(tell)),
      file_(open_log(path_)) {
  if (!file_.valid()) throw std::system_error(errno, std::generic_category(), path_);
  thread_ = std::thread([this] { run(); });
}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void AccessLog::write(const AccessEntry& entry) {
  const std::string line = format_access_line(entry);
  {
    const std::lock_guard lock(mutex_);
    if (pending_.size() + line.size() > kPendingSizeMax) {
      ++dropped_count_;
    } else {
      pending_ += line;
    }
  }
  changed_.notify_one();
}

void AccessLog::reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopening_ = true;
  }
  changed_.notify_one();
}

bool AccessLog::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void AccessLog::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || reopening_ || !pending_.empty(); });
    const std::string lines = std::exchange(pending_, {});
    const std::uint64_t dropped_count = std::exchange(dropped_count_, 0);
    const bool reopening = std::exchange(reopening_, false);
    if (lines.empty() && !reopening && stopping_) return;
    lock.unlock();
    if (dropped_count > 0) {
      tell_("the access log is written too slowly: " + std::to_string(dropped_count) +
            " lines are lost");
    }
    write_out(lines);  // What was there before goes where it belonged.
    if (reopening) open_again();
    lock.lock();
  }
}

void AccessLog::write_out(std::string_view lines) {
  bool is_within_line = false;
  while (!lines.empty()) {
    pollfd waited = {file_.get(), POLLOUT, 0};
    const bool has_room = ::poll(&waited, 1, kPatienceMs) > 0;
    const std::string_view piece = is_torn_ ? std::string_view("\n") : piece_of(lines);
    ssize_t written = 0;
    if (has_room && is_standard_output_) written = write_if_room(file_.get(), piece);
    if (has_room && !is_standard_output_) {
      written = ::write(file_.get(), piece.data(), piece.size());
    }
    if (written > 0) {
      failing_ = false;
      if (std::exchange(is_torn_, false)) continue;
      is_within_line = piece[static_cast<std::size_t>(written) - 1] != '\n';
      lines.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == 0 || errno == EAGAIN || errno == EINTR) {
      if (is_stopping()) break;
    } else {
      // A full disk, a pipe that nobody reads: what comes next is tried again.
      if (!failing_) tell_("cannot write the access log: " + std::string(std::strerror(errno)));
      failing_ = true;
      break;
    }
  }
  is_torn_ = is_torn_ || is_within_line;
}

void AccessLog::open_again() {
  UniqueFd file = open_log(path_);
  if (!file.valid()) {
    tell_("cannot open the access log anew, going on with the old file: " +
          std::string(std::strerror(errno)));
    return;
  }
  file_ = std::move(file);
  is_torn_ = false;
}

}  // namespace server
