#include "server-min/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <string_view>
#include <sys/socket.h>
#include <thread>

namespace server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// How often is looked whether the last answer is sent, and how long such answers take that are
// nothing to speak of.
constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::milliseconds kSoon{300};

constexpr std::string_view kFullReply =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

unsigned loop_count_of(const ServerConfig& config) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  return config.loop_count == 0 ? cores : std::min(config.loop_count, cores);
}

}  // namespace

std::string url_of(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Server::Server(const Routes& routes, ServerConfig config)
    : routes_(routes),
      config_(std::move(config)),
      artwork_finder_(routes.artworks(), config_.limits.artwork_search_count),
      workers_(config_.limits.worker_count),
      shared_{routes_,     config_.limits,          workers_,          artwork_finder_,
              open_count_, config_.trusted_proxies, config_.access_log} {
  // One thread runs each loop, which spares Asio its locks between threads.
  for (unsigned i = 0; i < loop_count_of(config_); ++i) {
    loops_.push_back(std::make_unique<asio::io_context>(1));
    connections_.push_back(std::make_unique<ConnectionSet>());
  }
  const tcp::endpoint endpoint(asio::ip::make_address(config_.host), config_.port);
  acceptor_ = std::make_unique<tcp::acceptor>(*loops_[0], endpoint.protocol());
  acceptor_->set_option(tcp::acceptor::reuse_address(true));
  // "::" is every address of this machine, those of IPv4 too, however the system is set.
  if (endpoint.address().is_v6()) acceptor_->set_option(asio::ip::v6_only(false));
  acceptor_->bind(endpoint);
  acceptor_->listen();
  endpoint_ = acceptor_->local_endpoint();
}

Server::~Server() {
  stop();
  routes_.let_listeners_sleep();  // What wakes them would go to loops that are gone.
  workers_.stop();
  artwork_finder_.stop();
  acceptor_.reset();
  signals_.reset();
  hangups_.reset();
  loops_.clear();
}

std::uint16_t Server::port() const {
  return endpoint_.port();
}

std::string Server::url() const {
  return url_of(endpoint_.address().to_string(), port());
}

void Server::stop_on_signals() {
  signals_ = std::make_unique<asio::signal_set>(*loops_[0], SIGINT, SIGTERM);
  wait_for_signal();
  if (!config_.on_hangup) return;
  hangups_ = std::make_unique<asio::signal_set>(*loops_[0], SIGHUP);
  wait_for_hangup();
}

void Server::wait_for_hangup() {
  hangups_->async_wait([this](const error_code& error, int) {
    if (error) return;
    config_.on_hangup();
    wait_for_hangup();
  });
}

void Server::wait_for_signal() {
  signals_->async_wait([this](const error_code& error, int) {
    if (error) return;
    wind_up();
    wait_for_signal();
  });
}

void Server::wind_up() {
  error_code error;
  acceptor_->close(error);
  if (winding_up_ || config_.grace.count() == 0) return stop();
  winding_up_ = true;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    asio::post(*loops_[i], [set = connections_[i].get()] { set->wind_up(); });
  }
  asio::co_spawn(*loops_[0], wait_for_connections(), asio::detached);
}

asio::awaitable<void> Server::wait_for_connections() {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  bool is_told = !config_.on_waiting;
  asio::steady_timer timer(*loops_[0]);
  while (open_count_.load(std::memory_order_relaxed) > 0 && Clock::now() - begin < config_.grace) {
    if (!is_told && Clock::now() - begin >= kSoon) {
      config_.on_waiting(open_count_.load(std::memory_order_relaxed));
      is_told = true;
    }
    timer.expires_after(kLook);
    error_code error;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
  const std::size_t left_count = open_count_.load(std::memory_order_relaxed);
  if (left_count > 0 && config_.on_time_out) config_.on_time_out(left_count);
  stop();
}

void Server::run() {
  std::signal(SIGPIPE, SIG_IGN);
  asio::co_spawn(*loops_[0], accept_connections(), asio::detached);
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < loops_.size(); ++i) {
    threads.emplace_back([loop = loops_[i].get()] {
      const auto stay = asio::make_work_guard(*loop);  // No connections yet is no reason to end.
      loop->run();
    });
  }
  loops_[0]->run();
  signals_.reset();  // From here on another signal ends the process, whatever still has to end.
  for (std::thread& thread : threads) thread.join();
}

void Server::stop() {
  for (const auto& loop : loops_) loop->stop();
}

asio::awaitable<void> Server::accept_connections() {
  for (std::size_t turn = 0;; ++turn) {
    const std::size_t number = turn % loops_.size();
    asio::io_context& loop = *loops_[number];
    error_code error;
    tcp::socket socket =
        co_await acceptor_->async_accept(loop, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      try {
        admit(std::move(socket), number);
      } catch (const std::exception&) {
        // Out of memory for one more connection: it is dropped, and accepting goes on.
      }
    } else if (error == asio::error::operation_aborted || !acceptor_->is_open()) {
      co_return;
    } else {
      co_await pause_accepting();
    }
  }
}

// Out of descriptors, most likely: the waiting client stays in the queue, so trying at once again
// would only spin.
asio::awaitable<void> Server::pause_accepting() {
  asio::steady_timer timer(*loops_[0], std::chrono::milliseconds(50));
  error_code error;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
}

void Server::admit(tcp::socket socket, std::size_t loop) {
  if (open_count_.load(std::memory_order_relaxed) >= config_.limits.connection_count_max) {
    // The few bytes fit into the empty send buffer of a new connection; if not, closing says
    // enough.
    const auto sent = ::send(socket.native_handle(), kFullReply.data(), kFullReply.size(),
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    static_cast<void>(sent);
    return;
  }
  auto connection = std::make_shared<Connection>(std::move(socket), shared_);
  asio::co_spawn(*loops_[loop], Connection::serve(std::move(connection), *connections_[loop]),
                 asio::detached);
}

}  // namespace server
