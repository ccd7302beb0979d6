#include "server-min/work_pool.h"

#include <utility>

namespace server {

WorkPool::WorkPool(std::size_t thread_count) {
  threads_.reserve(thread_count);
  try {
    for (std::size_t i = 0; i < thread_count; ++i) {
      threads_.emplace_back([this] { run_until_stopped(); });
    }
  } catch (...) {
    stop();  // A thread that could not be started must not leave the others behind.
    throw;
  }
}

WorkPool::~WorkPool() {
  stop();
}

void WorkPool::run(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void WorkPool::run_until_stopped() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

void WorkPool::stop() {
  std::deque<Task> dropped;  // End after the lock.
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(tasks_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace server
