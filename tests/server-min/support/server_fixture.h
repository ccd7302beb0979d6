// RunningServer: the real server over two temporary folders, in a thread of its own.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "server-min/server.h"
#include "tests/server-min/support/http_client.h"
#include "tests/server-min/support/listed.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {

/// Fill the folders, then start(). The destructor ends the server and joins its thread.
class RunningServer {
 public:
  TempFolder music;
  TempFolder web;

  RunningServer() = default;
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  /// `gate`, where there is one, must outlive this.
  void start(const ServerLimits& limits = {}, LoginGate* gate = nullptr) {
    library_ = std::make_unique<Library>(music.path(), Catalog::in_memory());
    library_->rescan();
    files_ = std::make_unique<StaticFiles>(FileRoot::open(web.path()));
    routes_ = std::make_unique<Routes>(*library_, *files_, PublicNames(), gate);
    run(limits);
  }

  /// Ends all connections and goes on with other limits, at another port. What the routes have
  /// found out so far stays known.
  void restart(const ServerLimits& limits) {
    end();
    run(limits);
  }

  ~RunningServer() { end(); }

  std::uint16_t port() const { return server_->port(); }
  Library& library() { return *library_; }

  /// The id of the track with this path below the music folder; "" when there is none.
  std::string id_of(const std::string& path) const {
    const auto ids = ids_by_path(*library_);
    const auto found = ids.find(path);
    return found == ids.end() ? "" : format_id(found->second);
  }

  std::string stream_url(const std::string& path) const {
    return "/api/player/stream/" + id_of(path);
  }

 private:
  void run(const ServerLimits& limits) {
    ServerConfig config;
    config.limits = limits;
    server_ = std::make_unique<Server>(*routes_, config);
    thread_ = std::thread([this] { server_->run(); });
  }

  void end() {
    if (server_ != nullptr) server_->stop();
    if (thread_.joinable()) thread_.join();
    server_.reset();
  }

  std::unique_ptr<Library> library_;
  std::unique_ptr<StaticFiles> files_;
  std::unique_ptr<Routes> routes_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace server
