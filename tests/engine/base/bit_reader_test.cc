#include "engine/base/bit_reader.h"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/byte_order.h"

namespace engine {
namespace {

TEST(BitReaderTest, FieldsOfRandomWidthsEqualBitByBitReading) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::byte> bytes(1 + random() % 64);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random());
    BitReader fields(bytes);
    BitReader bits(bytes);
    while (fields.left_bits() > 0) {
      const int width =
          static_cast<int>(std::min<std::uint64_t>(random() % 65, fields.left_bits()));
      std::uint64_t expected = 0;
      for (int i = 0; i < width; ++i) expected = (expected << 1) | (bits.read_bit() ? 1U : 0U);
      ASSERT_EQ(fields.read(width), expected);
    }
    EXPECT_FALSE(fields.overrun());
  }
}

TEST(BitReaderTest, UnaryCountsZerosOverManyWords) {
  for (std::size_t zeros = 0; zeros < 300; ++zeros) {
    std::vector<std::byte> bytes(zeros / 8 + 1);
    bytes[zeros / 8] = static_cast<std::byte>(0x80U >> (zeros % 8));
    for (std::size_t start = 0; start <= zeros; start += 5) {
      BitReader reader(bytes);
      reader.skip(start);
      ASSERT_EQ(reader.read_unary(), zeros - start);
      ASSERT_EQ(reader.position_bits(), zeros + 1);
      ASSERT_FALSE(reader.overrun());
    }
  }
}

TEST(BitReaderTest, ReadingPastTheEndYieldsZeroAndIsRemembered) {
  const std::vector<std::byte> bytes(3);
  BitReader number(bytes);
  EXPECT_EQ(number.read(25), 0u);
  EXPECT_TRUE(number.overrun());
  EXPECT_EQ(number.left_bits(), 0u);

  BitReader unary(bytes);
  EXPECT_EQ(unary.read_unary(), 0u);
  EXPECT_TRUE(unary.overrun());

  BitReader skipped(bytes);
  skipped.skip(24);
  EXPECT_FALSE(skipped.overrun());
  skipped.skip(1);
  EXPECT_TRUE(skipped.overrun());
}

TEST(ByteOrderTest, LoadsBothOrders) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < 9; ++i) bytes.push_back(static_cast<std::byte>(i + 0xF0));
  EXPECT_EQ(load_u16le(bytes, 1), 0xF2F1u);
  EXPECT_EQ(load_u16be(bytes, 1), 0xF1F2u);
  EXPECT_EQ(load_u24be(bytes, 1), 0xF1F2F3u);
  EXPECT_EQ(load_u32le(bytes, 1), 0xF4F3F2F1u);
  EXPECT_EQ(load_u32be(bytes, 1), 0xF1F2F3F4u);
  EXPECT_EQ(load_u64le(bytes, 1), 0xF8F7F6F5F4F3F2F1u);
  EXPECT_EQ(load_u64be(bytes, 1), 0xF1F2F3F4F5F6F7F8u);
}

}  // namespace
}  // namespace engine
