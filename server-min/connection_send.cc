// Connection: how an answer is sent.

// clang-format off: first, as asio_awaitable.h needs it.
#include "server-min/connection.h"
// clang-format on

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "server-min/http_date.h"
#include "server-min/tag_reader.h"
#include "server-min/unix_time.h"

namespace server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// How much one connection sends before others on the loop get their turn, when its client takes
// everything at once.
constexpr std::uint64_t kBytesPerTurn = 8 * 1024 * 1024;

// The same where each byte is looked at.
constexpr std::uint64_t kDecodedBytesPerTurn = 1024 * 1024;

// A 304 has no body and needs no length; every other answer states its length, 0 included.
std::string format_head(const Reply& reply, bool keep_alive, bool http_1_0) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  head += reason_phrase(reply.status);
  head += "\r\nDate: " + format_http_date(unix_now_seconds()) + "\r\n";
  head += reply.headers;
  if (reply.status != 304 && reply.has_length()) {
    head += "Content-Length: " + std::to_string(reply.content_length()) + "\r\n";
  }
  if (!keep_alive) head += "Connection: close\r\n";
  if (keep_alive && http_1_0) head += "Connection: keep-alive\r\n";
  return head + "\r\n";
}

}  // namespace

asio::awaitable<bool> Connection::send_reply(Reply& reply, bool with_body, bool keep_alive,
                                             bool http_1_0) {
  set_deadline(limits_.send_deadline, OnProgress::kExtend);
  std::string head = format_head(reply, keep_alive, http_1_0);
  const bool is_stream = !reply.has_length();
  const bool body_follows = with_body && !is_stream && reply.content_length() > 0;
  // MSG_MORE holds the head back so that it travels in one segment with the body's start.
  const bool head_sent = co_await send_bytes(head, body_follows);
  body_sent_bytes_ = 0;
  if (!head_sent) co_return false;
  if (is_stream && with_body) {
    const auto listener = std::get<EventStream>(reply.body).listener;
    co_await send_events(*listener);
    co_return false;
  }
  if (!body_follows) co_return true;
  if (const auto* slice = std::get_if<FileSlice>(&reply.body)) {
    std::uint64_t turn = kBytesPerTurn;
    co_return co_await send_file(slice->file.get(), slice->range, turn);
  }
  if (const auto* several = std::get_if<FileParts>(&reply.body)) {
    co_return co_await send_parts(*several);
  }
  if (const auto* slice = std::get_if<UnsynchronisedSlice>(&reply.body)) {
    co_return co_await send_decoded(*slice);
  }
  co_return co_await send_bytes(std::get<std::string>(reply.body), false);
}

asio::awaitable<bool> Connection::send_bytes(std::string_view bytes, bool more_follows) {
  const int flags = MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0);
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), flags);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      body_sent_bytes_ += static_cast<std::uint64_t>(sent);
    } else if (errno != EINTR) {
      if (errno != EAGAIN || !co_await wait_until_writable()) co_return false;
    }
  }
  co_return true;
}

asio::awaitable<bool> Connection::send_parts(const FileParts& several) {
  std::uint64_t turn = kBytesPerTurn;
  for (const auto& [head, range] : several.parts) {
    if (!co_await send_bytes(head, true)) co_return false;
    if (!co_await send_file(several.file.get(), range, turn)) co_return false;
  }
  co_return co_await send_bytes(several.tail, false);
}

asio::awaitable<bool> Connection::send_file(int file, ByteRange range, std::uint64_t& turn) {
  auto offset = static_cast<off_t>(range.begin);
  std::uint64_t left = range.size_bytes();
  while (left > 0) {
    const auto size = static_cast<std::size_t>(std::min(left, turn));
    const ssize_t sent = ::sendfile(socket_.native_handle(), file, &offset, size);
    if (sent > 0) {
      left -= static_cast<std::uint64_t>(sent);
      body_sent_bytes_ += static_cast<std::uint64_t>(sent);
      turn -= static_cast<std::uint64_t>(sent);
    } else if (sent < 0 && errno == EAGAIN) {
      if (!co_await wait_until_writable()) co_return false;
      turn = kBytesPerTurn;
    } else if (sent == 0 || errno != EINTR) {
      co_return false;  // 0: the file has shrunk, and the promised length cannot be kept.
    }
    if (turn == 0) {
      if (!co_await yield_turn()) co_return false;
      turn = kBytesPerTurn;
    }
  }
  co_return true;
}

asio::awaitable<bool> Connection::send_decoded(const UnsynchronisedSlice& slice) {
  TagReader reader(slice.file.get(), slice.range, true);
  std::uint64_t sent_in_turn = 0;
  for (std::uint64_t left = slice.size_bytes; left > 0;) {
    const std::string_view piece = reader.take_piece();
    // The file was changed: the promised length cannot be kept.
    if (piece.empty() || piece.size() > left) co_return false;
    left -= piece.size();
    if (!co_await send_bytes(piece, left > 0)) co_return false;
    sent_in_turn += piece.size();
    if (sent_in_turn < kDecodedBytesPerTurn) continue;
    if (!co_await yield_turn()) co_return false;
    sent_in_turn = 0;
  }
  co_return true;
}

void Connection::watch_for_input() {
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [weak = weak_from_this()](const error_code& error) {
                       const auto self = weak.lock();
                       if (!self || error) return;
                       self->input_came_ = true;
                       self->on_work_end(true);
                     });
}

asio::awaitable<void> Connection::send_events(EventHub::Listener& listener) {
  listener.on_news([on_end = work_end_of(weak_from_this())] { on_end(true); });
  watch_for_input();
  // Nobody closes a stream that says nothing for a while; each piece has its deadline.
  while (!closed_ && !input_came_) {
    work_succeeded_.reset();
    std::string text = listener.take();
    if (text.empty()) {
      if (winding_up_) co_return;
      set_deadline(limits_.event_heartbeat + limits_.send_deadline, OnProgress::kIgnore);
      work_wait_.expires_after(limits_.event_heartbeat);
      error_code cancelled;
      if (!work_succeeded_) {
        co_await work_wait_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
      }
      if (cancelled || work_succeeded_) continue;
      text = ":\n\n";  // A comment.
    }
    set_deadline(limits_.send_deadline, OnProgress::kExtend);
    if (!co_await send_bytes(text, false)) co_return;
  }
}

asio::awaitable<bool> Connection::yield_turn() {
  co_await asio::post(socket_.get_executor(), asio::use_awaitable);
  co_return !closed_;
}

asio::awaitable<bool> Connection::wait_until_writable() {
  set_deadline(limits_.send_deadline, OnProgress::kExtend);
  error_code error;
  co_await socket_.async_wait(asio::ip::tcp::socket::wait_write,
                              asio::redirect_error(asio::use_awaitable, error));
  co_return !error && !closed_;
}

}  // namespace server
