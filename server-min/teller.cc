#include "server-min/teller.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace server {
namespace {

std::string shortened(std::string_view text) {
  if (text.size() <= Teller::kTextSizeMax) return std::string(text);
  return std::string(text.substr(0, Teller::kTextSizeMax)) +
         (text.back() == '\n' ? "...\n" : "...");
}

}  // namespace

ssize_t write_if_room(int file, std::string_view bytes) {
  static std::mutex turn;
  const std::lock_guard lock(turn);
  pollfd asked = {file, POLLOUT, 0};
  if (::poll(&asked, 1, 0) != 1) {
    errno = EAGAIN;
    return -1;
  }
  if ((asked.revents & (POLLERR | POLLNVAL)) != 0) {
    errno = EPIPE;
    return -1;
  }
  return ::write(file, bytes.data(), bytes.size());
}

Teller::Teller(int file, std::string front) : file_(file), front_(std::move(front)) {}

void Teller::say(std::string_view words) {
  write(front_ + shortened(words) + '\n');
}

void Teller::show(std::string_view text) {
  write(shortened(text));
}

void Teller::write(std::string text) {
  const std::lock_guard lock(mutex_);
  if (lost_count_ > 0) {
    text.insert(0, front_ + std::to_string(lost_count_) + " messages found no room before this\n");
  }
  const ssize_t written = write_if_room(file_, text);
  const bool is_whole = written >= 0 && static_cast<std::size_t>(written) == text.size();
  lost_count_ = is_whole ? 0 : lost_count_ + 1;
}

}  // namespace server
