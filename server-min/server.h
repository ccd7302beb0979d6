// Server: listens, accepts, and runs the event loops.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server-min/artwork_finder.h"
#include "server-min/asio_awaitable.h"
#include "server-min/connection.h"
#include "server-min/routes.h"

namespace server {

struct ServerConfig {
  std::string host = "127.0.0.1";  ///< A numeric IPv4 or IPv6 address.
  std::uint16_t port = 0;          ///< 0 lets the system choose.
  /// Event loops, each with one thread; 0 means one per core.
  unsigned loop_count = 0;
  ServerLimits limits;
};

class Server {
 public:
  /// Binds and listens, so that port() is known and clients may connect before run(). Throws
  /// boost::system::system_error when the address cannot be used. `routes` must outlive the server.
  Server(const Routes& routes, ServerConfig config);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:8080", with brackets around an IPv6 address.
  std::string url() const;

  /// Makes SIGINT and SIGTERM end run(). Call before run().
  void stop_on_signals();

  /// Serves until stop(). Ignores SIGPIPE for the process: sendfile has no flag to suppress it.
  void run();

  /// Ends run() soon; transfers in progress are cut off. May be called from any thread.
  void stop();

 private:
  boost::asio::awaitable<void> accept_connections();
  boost::asio::awaitable<void> pause_accepting();
  void admit(boost::asio::ip::tcp::socket socket, boost::asio::io_context& loop);

  const Routes& routes_;
  const ServerConfig config_;
  std::atomic<std::size_t> open_count_{0};  // Outlives the loops, whose connections lower it.
  // Outlive the loops too, whose connections wait for them; but their threads, which wake these,
  // end before the loops go.
  ArtworkFinder artwork_finder_;
  WorkPool workers_;
  std::vector<std::unique_ptr<boost::asio::io_context>> loops_;
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor_;
  std::unique_ptr<boost::asio::signal_set> signals_;
};

}  // namespace server
