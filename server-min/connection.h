// Connection: one client's socket, from accept to close.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server-min/access_log.h"
#include "server-min/artwork_finder.h"
#include "server-min/asio_awaitable.h"
#include "server-min/client_address.h"
#include "server-min/connection_set.h"
#include "server-min/request_reader.h"
#include "server-min/routes.h"
#include "server-min/work_pool.h"

namespace server {

/// Every bound that keeps one client from hurting the others.
struct ServerLimits {
  /// From the first byte of a request (or from accept, for the first one) to the end of its head;
  /// absolute, so that a client that drips bytes gains nothing.
  std::chrono::milliseconds header_deadline{10'000};
  /// From the end of an answer to the first byte of the next request.
  std::chrono::milliseconds idle_deadline{60'000};
  /// How long a client may take no byte of its answer.
  std::chrono::milliseconds send_deadline{30'000};
  /// How long to wait for the client to see the end of a connection that is closed after an error.
  std::chrono::milliseconds linger_deadline{2'000};
  /// How long a stream of events is silent at most: who is gone is noticed by what is sent.
  std::chrono::milliseconds event_heartbeat{15'000};
  std::size_t head_size_max = 8 * 1024;
  std::size_t connection_count_max = 4096;
  /// How many covers that are not known yet are looked for at once; others wait for their turn, at
  /// most as long as send_deadline.
  std::size_t artwork_search_count = 2;
  /// How many requests are answered at once. Answers wait for files and the database.
  std::size_t worker_count = 8;
};

/// What all connections of a server share.
struct SharedByConnections {
  const Routes& routes;
  const ServerLimits& limits;
  WorkPool& workers;
  ArtworkFinder& artwork_finder;
  std::atomic<std::size_t>& open_count;  ///< Connections that exist.
  const TrustedProxies& trusted_proxies;
  AccessLog* access_log = nullptr;
};

/// All calls and handlers run on the event loop of the socket.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `shared` and what it refers to must outlive the event loop.
  Connection(boost::asio::ip::tcp::socket socket, const SharedByConnections& shared);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Answers requests until either side ends the connection or a deadline passes. `set` is that of
  /// the event loop.
  static boost::asio::awaitable<void> serve(std::shared_ptr<Connection> self, ConnectionSet& set);

  /// No further request is answered: ends now where nothing is asked for, else behind the answer
  /// that is being made or sent, and events as soon as those are sent that have happened.
  void wind_up();

 private:
  using Clock = std::chrono::steady_clock;
  enum class OnProgress { kIgnore, kExtend };
  class AnswerLine;

  boost::asio::awaitable<void> serve_requests();
  boost::asio::awaitable<ReadStep> read_request(bool clock_runs);
  boost::asio::awaitable<bool> send_reply(Reply& reply, bool with_body, bool keep_alive,
                                          bool http_1_0);
  /// The same, with a line in the access log when it has ended.
  boost::asio::awaitable<bool> send_and_note(Reply& reply, const RequestNotes& notes,
                                             bool with_body, bool keep_alive, bool http_1_0);
  boost::asio::awaitable<bool> send_bytes(std::string_view bytes, bool more_follows);
  /// `turn`: bytes left until other connections get their turn.
  boost::asio::awaitable<bool> send_file(int file, ByteRange range, std::uint64_t& turn);
  boost::asio::awaitable<bool> send_parts(const FileParts& several);
  boost::asio::awaitable<bool> send_decoded(const UnsynchronisedSlice& slice);
  /// Sends events until the client is gone or takes none.
  boost::asio::awaitable<void> send_events(EventHub::Listener& listener);
  /// Has wait_for_work() end when the client closes the connection, or says more.
  void watch_for_input();
  /// Lets other connections have their turn. False when this one was closed meanwhile.
  boost::asio::awaitable<bool> yield_turn();
  boost::asio::awaitable<bool> wait_until_writable();
  boost::asio::awaitable<void> linger();
  boost::asio::awaitable<Reply> answer(const Request& request);
  /// What the routes say, on a thread that may wait. Nothing when this connection was closed
  /// meanwhile.
  boost::asio::awaitable<std::optional<Routes::Outcome>> ask_routes(const Request& request);
  /// False when the look failed or this connection was closed meanwhile.
  boost::asio::awaitable<bool> wait_for_artwork(ArtworkQuestion question);
  std::function<void(bool)> work_end_of(std::weak_ptr<Connection> weak);
  boost::asio::awaitable<void> wait_for_work();
  void on_work_end(bool succeeded);

  /// Whose request it is: that of the client, or of whom a proxy names that is trusted.
  std::string client_of(const RequestNotes& notes) const;

  void set_deadline(std::chrono::milliseconds duration, OnProgress on_progress);
  void arm_timer();
  void on_timer();
  int unacknowledged_bytes();
  void close();

  boost::asio::ip::tcp::socket socket_;
  std::string client_address_;         // See client_address.h.
  std::uint64_t body_sent_bytes_ = 0;  // Of the answer that is being sent, or was sent last.
  const SharedByConnections& shared_;
  const ServerLimits& limits_;
  RequestReader reader_;

  // One timer watches one deadline. The timer is only moved when the deadline comes nearer; a
  // deadline that moved away is noticed when the timer fires. So a busy connection touches no
  // timer.
  boost::asio::steady_timer timer_;
  Clock::time_point deadline_;
  std::chrono::milliseconds deadline_duration_{0};
  OnProgress on_progress_ = OnProgress::kIgnore;
  int unacknowledged_seen_ = 0;
  bool timer_armed_ = false;

  // While another thread is waited for. The timer never fires; ending its wait wakes who waits. So
  // the coroutine belongs to the loop all the while, and threads that work never hold it.
  boost::asio::steady_timer work_wait_;
  std::optional<bool> work_succeeded_;
  bool input_came_ = false;  // While events are sent.

  bool waits_for_request_ = false;  // And nothing of one has come.
  bool winding_up_ = false;
  bool closed_ = false;
};

}  // namespace server
