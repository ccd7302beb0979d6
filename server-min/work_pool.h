// WorkPool: threads for what waits for disks and databases, so that event loops never do.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace server {

/// All member functions may be called from any thread.
class WorkPool {
 public:
  using Task = std::function<void()>;

  explicit WorkPool(std::size_t thread_count);
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// Runs `task`, which must not throw, on one of the threads, in the order of the calls. Who asks
  /// bounds how many wait: each connection has one at most.
  void run(Task task);
  /// Ends the threads, once they have ended what they are doing; the rest is dropped.
  void stop();

 private:
  void run_until_stopped();

  std::mutex mutex_;  // Guards what follows, except threads_.
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace server
