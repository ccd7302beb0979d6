// FailingAllocation: an operator new of the test program that fails where a test wants it to.
#pragma once

#include <cstddef>

namespace server {

/// The n-th allocation of this thread from now on fails, if it comes while this lives. One at a
/// time.
class FailingAllocation {
 public:
  /// How many allocations this thread has made.
  static std::size_t count();

  enum class Which { kOne, kAllFromThere };
  explicit FailingAllocation(std::size_t n, Which which = Which::kOne);
  ~FailingAllocation();
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;

  bool has_failed() const { return count() >= failing_; }

 private:
  std::size_t failing_;
};

}  // namespace server
