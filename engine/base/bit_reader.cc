#include "engine/base/bit_reader.h"

#include <bit>

#include "engine/base/byte_order.h"
#include "engine/base/check.h"

namespace engine {
namespace {

constexpr int kPeekBits = 57;  // A 64-bit load begins up to 7 bits before the position.

}  // namespace

std::uint64_t BitReader::peek() const {
  const auto at = static_cast<std::size_t>(position_ / 8);
  const int used = static_cast<int>(position_ % 8);
  if (bytes_.size() - at >= 8) return load_be(bytes_, at, 8) << used;

  const std::size_t count = bytes_.size() - at;
  if (count == 0) return 0;
  return (load_be(bytes_, at, count) << (8 * (8 - count))) << used;
}

std::uint64_t BitReader::read(int count) {
  ENGINE_CHECK(count >= 0);
  ENGINE_CHECK(count <= 64);
  if (count == 0) return 0;
  if (static_cast<std::uint64_t>(count) > left_bits()) {
    overrun_ = true;
    position_ = size_bits();
    return 0;
  }
  if (count > kPeekBits) {
    const std::uint64_t high = read(count - 32);
    return (high << 32) | read(32);
  }
  const std::uint64_t value = peek() >> (64 - count);
  position_ += static_cast<std::uint64_t>(count);
  return value;
}

std::uint64_t BitReader::read_unary() {
  std::uint64_t zeros = 0;
  for (;;) {  // Ends: every pass but the last moves position_ forward.
    const std::uint64_t window = peek();
    const int leading = std::countl_zero(window);
    if (leading < kPeekBits && static_cast<std::uint64_t>(leading) < left_bits()) {
      position_ += static_cast<std::uint64_t>(leading) + 1;
      return zeros + static_cast<std::uint64_t>(leading);
    }
    if (left_bits() <= kPeekBits) {
      overrun_ = true;
      position_ = size_bits();
      return 0;
    }
    zeros += kPeekBits;
    position_ += kPeekBits;
  }
}

void BitReader::skip(std::uint64_t count) {
  if (count > left_bits()) {
    overrun_ = true;
    position_ = size_bits();
    return;
  }
  position_ += count;
}

}  // namespace engine
