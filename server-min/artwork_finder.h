// ArtworkFinder: looks for covers that are not known yet, on threads of its own.
//
// A cover that several clients wait for is looked for once. Who waits holds no thread, and what
// nobody waits for any more is not looked for. So clients that ask for many covers that take long
// to find delay others that ask for unknown covers, and nobody else.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server-min/artwork_cache.h"

namespace server {

/// All member functions may be called from any thread.
class ArtworkFinder {
 public:
  /// Called once, on a thread that looks and without a lock, when the look has ended; must not
  /// throw. True: the cache was told the answer. False: there was no memory for it.
  using OnEnd = std::function<void(bool succeeded)>;

  /// Somebody who waits; its end tells that he does not wait any more. `on_end` may still be
  /// called once after that, when the look has ended at the same time.
  class Waiting {
   public:
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    friend class ArtworkFinder;
    Waiting(ArtworkFinder& finder, std::string key, std::size_t number)
        : finder_(finder), key_(std::move(key)), number_(number) {}

    ArtworkFinder& finder_;
    const std::string key_;
    const std::size_t number_;
  };

  /// Puts what it finds into `cache`, which must outlive it. `thread_count` covers are looked for
  /// at once; with 0 none is.
  ArtworkFinder(ArtworkCache& cache, std::size_t thread_count);
  ~ArtworkFinder();
  ArtworkFinder(const ArtworkFinder&) = delete;
  ArtworkFinder& operator=(const ArtworkFinder&) = delete;

  /// Begins to look, or waits with others where the same version of the same file is being looked
  /// into. The finder must outlive what is returned.
  [[nodiscard]] Waiting look_for(ArtworkQuestion question, OnEnd on_end);

  /// Ends the threads, once they have ended what they are looking into; the rest is left. From
  /// then on no `on_end` is called.
  void stop();

  /// How many covers are being looked for or will be.
  std::size_t search_count() const;

 private:
  struct Search {
    std::string key;
    ArtworkQuestion question;
    std::unordered_map<std::size_t, OnEnd> waiting;  // By the number of each Waiting.
    bool begun = false;
  };
  using Searches = std::list<Search>;

  void leave(const std::string& key, std::size_t number);
  void look_until_stopped();
  bool look(const ArtworkQuestion& question);

  ArtworkCache& cache_;
  mutable std::mutex mutex_;  // Guards what follows, except threads_.
  std::condition_variable changed_;
  Searches queued_;  // In the order in which they were asked for.
  Searches begun_;
  std::unordered_map<std::string, Searches::iterator> by_key_;  // Of both lists.
  std::size_t next_number_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace server
