// FNV-1a, 64 bit: the hash of cache keys. Not cryptographic; the inputs are our own records.
// (Fowler, Noll, Vo; draft-eastlake-fnv.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace engine {

inline constexpr std::uint64_t kFnvOffsetBasis = 0xcbf29ce484222325u;

/// Pass the previous result as `state` to hash several runs as if they were one.
constexpr std::uint64_t fnv1a64(std::span<const std::byte> bytes,
                                std::uint64_t state = kFnvOffsetBasis) {
  for (const std::byte value : bytes) {
    state = (state ^ std::to_integer<std::uint64_t>(value)) * 0x100000001b3u;
  }
  return state;
}

}  // namespace engine
