// BoundedQueue: hands values from some threads to others, and holds up those that are ahead.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace server {

/// pop_within() is for queues that one thread empties.
template <typename Value>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t size_max) : size_max_(size_max) {}

  /// Waits for room. False when the queue was closed: the value is dropped.
  bool push(Value value) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [this] { return closed_ || values_.size() < size_max_; });
    if (closed_) return false;
    values_.push_back(std::move(value));
    lock.unlock();
    has_value_.notify_one();
    return true;
  }

  /// Waits for a value. Nothing when the queue is closed and empty.
  std::optional<Value> pop() {
    std::unique_lock lock(mutex_);
    has_value_.wait(lock, [this] { return closed_ || !values_.empty(); });
    if (values_.empty()) return std::nullopt;
    std::optional<Value> value(std::move(values_.front()));
    values_.pop_front();
    lock.unlock();
    has_room_.notify_one();
    return value;
  }

  /// As pop(), but waits no longer than `patience`: nothing then, too.
  std::optional<Value> pop_within(std::chrono::milliseconds patience) {
    {
      std::unique_lock lock(mutex_);
      const auto is_over = [this] { return closed_ || !values_.empty(); };
      if (!has_value_.wait_for(lock, patience, is_over)) return std::nullopt;
    }
    return pop();
  }

  /// What is in it can still be taken out.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    has_room_.notify_all();
    has_value_.notify_all();
  }

 private:
  const std::size_t size_max_;
  std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_value_;
  std::deque<Value> values_;
  bool closed_ = false;
};

}  // namespace server
