// EventHub: tells listeners what is new, as server-sent events (WHATWG HTML, section 9.2).
//
//   event: scan      data: what /api/library/scan says
//   event: changed   data: {"etag": that of the catalog as it is now}
// Only the latest of each kind is kept, so a listener that reads slowly, or comes late, gets that
// and holds nothing up. Nobody's thread waits: who has something to read is woken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace server {

/// All member functions may be called from any thread.
class EventHub : public std::enable_shared_from_this<EventHub> {
 public:
  static constexpr std::size_t kListenerCountMax = 64;

  class Listener {
   public:
    Listener(std::shared_ptr<EventHub> hub, std::uint64_t number)
        : hub_(std::move(hub)), number_(number) {}
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// `wake` is called when there is something to take, on the thread that tells it and under the
    /// hub's lock: it must not call the hub, and not throw.
    void on_news(std::function<void()> wake);
    /// What has not been taken yet, as the text of the stream; "" when there is nothing. At first
    /// the latest of each kind.
    std::string take();

   private:
    const std::shared_ptr<EventHub> hub_;
    const std::uint64_t number_;
    std::uint64_t scan_taken_ = 0;
    std::uint64_t change_taken_ = 0;
  };

  /// Nothing when there are kListenerCountMax already.
  std::shared_ptr<Listener> listen();

  /// The JSON of a scan's report.
  void tell_scan(const std::string& report);
  /// An entity tag with its quotes.
  void tell_catalog(const std::string& etag);

  /// No listener that there is is woken any more.
  void let_sleep();

 private:
  void wake_all();

  std::mutex mutex_;  // Guards what follows.
  std::unordered_map<std::uint64_t, std::function<void()>> wakes_;
  std::uint64_t next_number_ = 0;
  std::string scan_;
  std::string etag_;
  std::uint64_t scan_number_ = 0;  // Raised with every other text; 0: nothing was told yet.
  std::uint64_t change_number_ = 0;
};

}  // namespace server
