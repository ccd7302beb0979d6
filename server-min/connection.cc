#include "server-min/connection.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <limits>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "server-min/unix_time.h"

namespace server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

Reply failure_reply() {
  Reply reply = error_reply(500, "internal", "The server could not answer this request.");
  add_security_headers(reply);
  reply.close_connection = true;
  return reply;
}

std::string address_of(const asio::ip::tcp::socket& socket) {
  error_code error;
  const auto address = socket.remote_endpoint(error).address();
  if (error) return "";
  const std::string text = address.to_string();
  return normal_address(text).value_or(text);  // Without one where it has a zone ("fe80::1%eth0").
}

}  // namespace

// Writes the line about an answer into the access log when that ends, however it does.
class Connection::AnswerLine {
 public:
  AnswerLine(const Connection& connection, const RequestNotes& notes, const Reply& reply)
      : connection_(connection), notes_(notes), reply_(reply) {}
  ~AnswerLine() {
    AccessLog* log = connection_.shared_.access_log;
    if (log == nullptr) return;
    try {
      const std::string client = connection_.client_of(notes_);
      log->write({client, reply_.user, unix_now_seconds(), notes_.line, reply_.status,
                  connection_.body_sent_bytes_, notes_.referer, notes_.user_agent});
    } catch (const std::exception&) {
      // Out of memory: a line less.
    }
  }
  AnswerLine(const AnswerLine&) = delete;
  AnswerLine& operator=(const AnswerLine&) = delete;

 private:
  const Connection& connection_;
  const RequestNotes& notes_;
  const Reply& reply_;
};

Connection::Connection(asio::ip::tcp::socket socket, const SharedByConnections& shared)
    : socket_(std::move(socket)),
      client_address_(address_of(socket_)),
      shared_(shared),
      limits_(shared.limits),
      reader_(limits_.head_size_max),
      timer_(socket_.get_executor()),
      work_wait_(socket_.get_executor()) {
  shared_.open_count.fetch_add(1, std::memory_order_relaxed);
}

Connection::~Connection() {
  shared_.open_count.fetch_sub(1, std::memory_order_relaxed);
}

asio::awaitable<void> Connection::serve(std::shared_ptr<Connection> self, ConnectionSet& set) {
  try {
    const ConnectionSet::Membership membership(set, *self);
    error_code error;
    self->socket_.native_non_blocking(true, error);
    self->socket_.set_option(asio::ip::tcp::no_delay(true), error);
    co_await self->serve_requests();
  } catch (const std::exception&) {
    // Out of memory for this connection: it ends, the others go on.
  }
  self->close();
}

asio::awaitable<void> Connection::serve_requests() {
  set_deadline(limits_.header_deadline, OnProgress::kIgnore);
  bool clock_runs = true;
  while (!closed_) {
    ReadStep step = co_await read_request(clock_runs);
    if (std::holds_alternative<NeedBytes>(step)) co_return;  // The client is gone.
    if (auto* refused = std::get_if<RefusedRequest>(&step)) {
      add_security_headers(refused->reply);
      const RequestNotes unread;
      const bool sent =
          co_await send_and_note(refused->reply, unread, !refused->head_only, false, false);
      if (sent) co_await linger();
      co_return;
    }
    auto& received = std::get<ReceivedRequest>(step);
    received.request.client_address = client_of(received.notes);
    received.request.hides_client =
        !received.notes.forwarded_for.empty() && !shared_.trusted_proxies.includes(client_address_);
    Reply reply = co_await answer(received.request);
    if (closed_) co_return;
    const bool keep_alive = received.keep_alive && !reply.close_connection && !winding_up_;
    const bool with_body = received.request.method != Method::kHead;
    const bool sent =
        co_await send_and_note(reply, received.notes, with_body, keep_alive, received.http_1_0);
    if (!sent) co_return;
    if (!keep_alive || winding_up_) {
      co_await linger();
      co_return;
    }
    set_deadline(limits_.idle_deadline, OnProgress::kExtend);
    clock_runs = false;
  }
}

asio::awaitable<bool> Connection::send_and_note(Reply& reply, const RequestNotes& notes,
                                                bool with_body, bool keep_alive, bool http_1_0) {
  const AnswerLine line(*this, notes, reply);
  co_return co_await send_reply(reply, with_body, keep_alive, http_1_0);
}

asio::awaitable<Reply> Connection::answer(const Request& request) {
  // Another turn, of a file that is changed all the time, gains no time.
  set_deadline(limits_.send_deadline, OnProgress::kIgnore);
  while (true) {
    auto outcome = co_await ask_routes(request);
    if (!outcome) co_return failure_reply();
    if (auto* reply = std::get_if<Reply>(&*outcome)) co_return std::move(*reply);
    const bool found = co_await wait_for_artwork(std::get<ArtworkQuestion>(std::move(*outcome)));
    if (!found) co_return failure_reply();
  }
}

asio::awaitable<std::optional<Routes::Outcome>> Connection::ask_routes(const Request& request) {
  struct Question {
    Request request;
    std::optional<Routes::Outcome> outcome;
  };
  auto question = std::make_shared<Question>(Question{request, std::nullopt});
  work_succeeded_.reset();
  work_wait_.expires_at(Clock::time_point::max());
  shared_.workers.run([question, weak = weak_from_this(), on_end = work_end_of(weak_from_this()),
                       routes = &shared_.routes] {
    if (weak.expired()) return;  // Nobody waits for the answer any more.
    try {
      question->outcome = routes->answer(question->request, unix_now_seconds());
    } catch (...) {
      // Without an outcome the connection answers that it has failed. Here not even that could be
      // written: there may be no memory.
    }
    on_end(question->outcome.has_value());
  });
  co_await wait_for_work();
  if (closed_) co_return std::nullopt;
  co_return std::move(question->outcome);
}

// The thread that works must not own this connection, not even for a moment: it would be the one to
// destroy it.
std::function<void(bool)> Connection::work_end_of(std::weak_ptr<Connection> weak) {
  return [executor = socket_.get_executor(), weak = std::move(weak)](bool succeeded) {
    try {
      asio::post(executor, [weak, succeeded] {
        if (const auto self = weak.lock()) self->on_work_end(succeeded);
      });
    } catch (const std::exception&) {
      // Out of memory: the connection ends at its deadline.
    }
  };
}

asio::awaitable<bool> Connection::wait_for_artwork(ArtworkQuestion question) {
  work_succeeded_.reset();
  work_wait_.expires_at(Clock::time_point::max());
  const auto waiting =
      shared_.artwork_finder.look_for(std::move(question), work_end_of(weak_from_this()));
  co_await wait_for_work();
  co_return !closed_ && *work_succeeded_;
}

asio::awaitable<void> Connection::wait_for_work() {
  while (!work_succeeded_ && !closed_) {
    error_code cancelled;
    co_await work_wait_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
}

void Connection::on_work_end(bool succeeded) {
  work_succeeded_ = succeeded;
  work_wait_.cancel();
}

// `clock_runs` says that the deadline for this request's head is already set. NeedBytes as a result
// means that the connection ended first.
asio::awaitable<ReadStep> Connection::read_request(bool clock_runs) {
  while (true) {
    ReadStep step = reader_.next();
    if (!std::holds_alternative<NeedBytes>(step)) co_return step;
    if (!reader_.idle() && !clock_runs) {
      // A request has begun and is not complete: from here the clock runs for the whole head.
      set_deadline(limits_.header_deadline, OnProgress::kIgnore);
      clock_runs = true;
    }
    if (winding_up_ && reader_.idle()) co_return NeedBytes{};
    waits_for_request_ = reader_.idle();
    const std::span<char> room = reader_.prepare();
    error_code error;
    const std::size_t count = co_await socket_.async_read_some(
        asio::buffer(room.data(), room.size()), asio::redirect_error(asio::use_awaitable, error));
    waits_for_request_ = false;
    if (error || closed_) co_return NeedBytes{};
    reader_.commit(count);
  }
}

// Closing a socket whose input is unread resets the connection, and the reset may overtake the
// answer. So the answer is ended first and some input thrown away (RFC 9112 section 9.6).
asio::awaitable<void> Connection::linger() {
  constexpr std::size_t kDiscardMax = 256 * 1024;
  set_deadline(limits_.linger_deadline, OnProgress::kExtend);
  error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  std::array<char, 4096> scratch{};
  std::size_t discarded = 0;
  while (!error && !closed_ && discarded < kDiscardMax) {
    discarded += co_await socket_.async_read_some(asio::buffer(scratch),
                                                  asio::redirect_error(asio::use_awaitable, error));
  }
}

void Connection::set_deadline(std::chrono::milliseconds duration, OnProgress on_progress) {
  deadline_ = Clock::now() + duration;
  deadline_duration_ = duration;
  on_progress_ = on_progress;
  unacknowledged_seen_ = std::numeric_limits<int>::max();
  if (!timer_armed_ || deadline_ < timer_.expiry()) arm_timer();
}

void Connection::arm_timer() {
  if (closed_) return;
  timer_armed_ = true;
  timer_.expires_at(deadline_);  // Ends an earlier wait, whose handler then does nothing.
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) self->on_timer();
  });
}

void Connection::on_timer() {
  if (closed_) return;
  if (Clock::now() < deadline_) return arm_timer();
  // A large send buffer may take longer to drain than the deadline: a client that keeps
  // acknowledging bytes is slow, not dead.
  const int unacknowledged = unacknowledged_bytes();
  if (on_progress_ == OnProgress::kExtend && unacknowledged > 0 &&
      unacknowledged < unacknowledged_seen_) {
    unacknowledged_seen_ = unacknowledged;
    deadline_ = Clock::now() + deadline_duration_;
    return arm_timer();
  }
  close();
}

int Connection::unacknowledged_bytes() {
  int bytes = 0;
  return ::ioctl(socket_.native_handle(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

std::string Connection::client_of(const RequestNotes& notes) const {
  if (!shared_.trusted_proxies.includes(client_address_)) return client_address_;
  return forwarded_client(notes.forwarded_for).value_or(client_address_);
}

void Connection::wind_up() {
  winding_up_ = true;
  error_code error;
  // What has come already is a request that may be answered.
  if (waits_for_request_ && socket_.available(error) == 0) return close();
  work_wait_.cancel();  // Wakes what sends events.
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  timer_.cancel();
  work_wait_.cancel();
  error_code error;
  socket_.close(error);
}

}  // namespace server
