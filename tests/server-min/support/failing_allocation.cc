#include "tests/server-min/support/failing_allocation.h"

#include <cstdlib>
#include <new>

namespace {

// Of this thread: allocations so far, and which of them fails; 0 for none.
thread_local std::size_t allocation_count = 0;
thread_local std::size_t failing_allocation = 0;
thread_local bool fails_from_there = false;

}  // namespace

void* operator new(std::size_t size) {
  ++allocation_count;
  const bool fails_now = failing_allocation != 0 && allocation_count > failing_allocation;
  if (allocation_count == failing_allocation || (fails_now && fails_from_there)) {
    throw std::bad_alloc();
  }
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace server {

std::size_t FailingAllocation::count() {
  return allocation_count;
}

FailingAllocation::FailingAllocation(std::size_t n, Which which) : failing_(allocation_count + n) {
  failing_allocation = failing_;
  fails_from_there = which == Which::kAllFromThere;
}

FailingAllocation::~FailingAllocation() {
  failing_allocation = 0;
  fails_from_there = false;
}

}  // namespace server
