// Server: listens, accepts, and runs the event loops.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server-min/artwork_finder.h"
#include "server-min/asio_awaitable.h"
#include "server-min/connection.h"
#include "server-min/connection_set.h"
#include "server-min/routes.h"

namespace server {

struct ServerConfig {
  std::string host = "127.0.0.1";  ///< A numeric IPv4 or IPv6 address.
  std::uint16_t port = 0;          ///< 0 lets the system choose.
  /// Event loops, each with one thread; 0 means one per core.
  unsigned loop_count = 0;
  ServerLimits limits;
  /// How long what is being sent may go on after the first signal; 0 cuts it off.
  std::chrono::milliseconds grace{0};
  /// Called on an event loop when something goes on after a signal: how many connections do.
  std::function<void(std::size_t)> on_waiting;
  /// Called on an event loop when `grace` is over: how many connections are cut off.
  std::function<void(std::size_t)> on_time_out;
  /// Called on an event loop at SIGHUP, which otherwise ends the process.
  std::function<void()> on_hangup;
  AccessLog* access_log = nullptr;  ///< Outlives the server.
  TrustedProxies trusted_proxies;   ///< Whose X-Forwarded-For tells who the client is.
};

/// "http://127.0.0.1:8080", with brackets around an IPv6 address. `host` is a numeric address.
std::string url_of(const std::string& host, std::uint16_t port);

class Server {
 public:
  /// Binds and listens, so that port() is known and clients may connect before run(). Throws
  /// boost::system::system_error when the address cannot be used. `routes` must outlive the server.
  Server(const Routes& routes, ServerConfig config);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// See url_of().
  std::string url() const;

  /// Makes SIGINT and SIGTERM end run(): the first one when all answers are sent or `grace` has
  /// passed, a second one at once. SIGHUP calls `on_hangup` where there is one. Call before run().
  void stop_on_signals();

  /// Serves until stop(). Ignores SIGPIPE for the process: sendfile has no flag to suppress it.
  void run();

  /// Ends run() soon; transfers in progress are cut off. May be called from any thread.
  void stop();

 private:
  void wait_for_signal();
  void wait_for_hangup();
  /// Accepts no more and has all connections come to an end; at once when called again.
  void wind_up();
  boost::asio::awaitable<void> wait_for_connections();
  boost::asio::awaitable<void> accept_connections();
  boost::asio::awaitable<void> pause_accepting();
  /// `loop`: the number of the event loop that the socket belongs to.
  void admit(boost::asio::ip::tcp::socket socket, std::size_t loop);

  const Routes& routes_;
  const ServerConfig config_;
  std::atomic<std::size_t> open_count_{0};  // Outlives the loops, whose connections lower it.
  // Outlive the loops too, whose connections wait for them; but their threads, which wake these,
  // end before the loops go.
  ArtworkFinder artwork_finder_;
  WorkPool workers_;
  const SharedByConnections shared_;
  std::vector<std::unique_ptr<ConnectionSet>> connections_;  // One for each of the loops.
  std::vector<std::unique_ptr<boost::asio::io_context>> loops_;
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor_;
  boost::asio::ip::tcp::endpoint endpoint_;
  std::unique_ptr<boost::asio::signal_set> signals_;
  std::unique_ptr<boost::asio::signal_set> hangups_;
  bool winding_up_ = false;  // Used on the first loop alone.
};

}  // namespace server
