// BitReader: reads big-endian bit fields (most significant bit first) from a run of bytes.
//
// Reading past the end is not checked by the caller field by field: it yields zeros and sets
// overrun(), so that a parser reads a whole header and asks once at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace engine {

class BitReader {
 public:
  explicit BitReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// The next `count` bits (0 to 64) as an unsigned number.
  std::uint64_t read(int count);
  /// The next bit.
  bool read_bit() { return read(1) != 0; }
  /// The number of 0 bits before the next 1 bit, which is consumed too.
  std::uint64_t read_unary();
  /// Passes over `count` bits.
  void skip(std::uint64_t count);
  /// Passes over the rest of a byte that has been begun.
  void align_to_byte() { skip((8 - position_ % 8) % 8); }

  /// Bits consumed so far; never more than there are.
  std::uint64_t position_bits() const { return position_; }
  std::uint64_t size_bits() const { return std::uint64_t{bytes_.size()} * 8; }
  std::uint64_t left_bits() const { return size_bits() - position_; }
  /// True as soon as more was asked for than there is. Stays true.
  bool overrun() const { return overrun_; }

 private:
  // At least 57 valid bits from position_ on, left-aligned, zeros past the end.
  std::uint64_t peek() const;

  std::span<const std::byte> bytes_;
  std::uint64_t position_ = 0;
  bool overrun_ = false;
};

}  // namespace engine
