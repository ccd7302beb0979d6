#include "engine/demux/flac_frame_header.h"

#include <gtest/gtest.h>

#include "tests/support/flac_builder.h"

namespace engine {
namespace {

using testing::BitWriter;

// The fields of a header as they are coded.
struct Fields {
  bool variable = false;
  unsigned block_size = 12;  // 4096.
  unsigned sample_rate = 0;
  unsigned channels = 1;
  unsigned bit_depth = 0;
  unsigned reserved = 0;
  std::vector<unsigned> number = {0};
  std::vector<unsigned> tail;  // Bytes behind the number.
};

std::vector<std::byte> header_bytes(const Fields& fields) {
  BitWriter bits;
  bits.put(0x7FFC, 15).put(fields.variable ? 1 : 0, 1).put(fields.block_size, 4);
  bits.put(fields.sample_rate, 4).put(fields.channels, 4).put(fields.bit_depth, 3);
  bits.put(fields.reserved, 1);
  for (const unsigned byte : fields.number) bits.put(byte, 8);
  for (const unsigned byte : fields.tail) bits.put(byte, 8);
  bits.put(crc8(bits.data()), 8);
  return bits.data();
}

constexpr FlacStreamInfo kStream{4096, 65535, 0, 44100, 2, 16, 0};

std::optional<FlacFrameHeader> parse(const Fields& fields, const FlacStreamInfo& info = kStream) {
  return parse_flac_frame_header(header_bytes(fields), info);
}

TEST(FlacFrameHeaderTest, EveryBlockSizeCode) {
  const int sizes[] = {0,   192, 576,  1152, 2304, 4608, 0,     0,
                       256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
  for (unsigned code = 1; code < 16; ++code) {
    Fields fields;
    fields.block_size = code;
    int expected = sizes[code];
    if (code == 6) {
      fields.tail = {99};
      expected = 100;
    }
    if (code == 7) {
      fields.tail = {0x12, 0x33};
      expected = 0x1234;
    }
    const auto header = parse(fields);
    ASSERT_TRUE(header) << code;
    EXPECT_EQ(header->block_size, expected);
    EXPECT_EQ(header->size_bytes, header_bytes(fields).size());
  }
  Fields reserved;
  reserved.block_size = 0;
  EXPECT_FALSE(parse(reserved));
  Fields too_long;
  too_long.block_size = 7;
  too_long.tail = {0xFF, 0xFF};  // 65 536.
  EXPECT_FALSE(parse(too_long));
}

TEST(FlacFrameHeaderTest, EverySampleRateCodeHasToAgreeWithTheStream) {
  const int rates[] = {44100, 88200, 176400, 192000, 8000,  16000, 22050, 24000,
                       32000, 44100, 48000,  96000,  37000, 12345, 123450};
  for (unsigned code = 0; code < 15; ++code) {
    Fields fields;
    fields.sample_rate = code;
    if (code == 12) fields.tail = {37};
    if (code == 13) fields.tail = {12345 >> 8, 12345 & 0xFF};
    if (code == 14) fields.tail = {12345 >> 8, 12345 & 0xFF};
    FlacStreamInfo info = kStream;
    info.sample_rate_hz = rates[code];
    EXPECT_TRUE(parse(fields, info)) << code;
    info.sample_rate_hz = 11025;
    EXPECT_EQ(parse(fields, info).has_value(), code == 0) << code;
  }
  Fields forbidden;
  forbidden.sample_rate = 15;
  EXPECT_FALSE(parse(forbidden));
}

TEST(FlacFrameHeaderTest, ChannelsHaveToAgreeAndTheDepthIsFollowed) {
  for (unsigned code = 0; code < 16; ++code) {
    Fields fields;
    fields.channels = code;
    EXPECT_EQ(parse(fields).has_value(), code == 1 || (code >= 8 && code <= 10)) << code;
  }
  for (unsigned code = 0; code < 8; ++code) {
    Fields fields;
    fields.bit_depth = code;
    const auto header = parse(fields);
    ASSERT_EQ(header.has_value(), code != 3) << code;
    const int depths[] = {16, 8, 12, 0, 16, 20, 24, 32};
    if (header) {
      EXPECT_EQ(header->bits_per_sample, depths[code]);
    }
  }
  Fields reserved;
  reserved.reserved = 1;
  EXPECT_FALSE(parse(reserved));
}

TEST(FlacFrameHeaderTest, NumbersOfEveryLength) {
  struct Number {
    std::vector<unsigned> bytes;
    std::int64_t value;
  };
  for (const Number& number :
       {Number{{0x7F}, 0x7F}, Number{{0xC2, 0x80}, 0x80}, Number{{0xEF, 0xBF, 0xBF}, 0xFFFF},
        Number{{0xF0, 0x90, 0x80, 0x80}, 0x10000},
        Number{{0xFB, 0xBF, 0xBF, 0xBF, 0xBF}, 0x3FFFFFF},
        Number{{0xFD, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF}, 0x7FFFFFFF},
        Number{{0xFE, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF}, 0xFFFFFFFFF}}) {
    Fields fields;
    fields.number = number.bytes;
    fields.variable = true;
    const auto header = parse(fields);
    ASSERT_TRUE(header) << number.value;
    EXPECT_EQ(header->first_frame, number.value);
    fields.variable = false;
    EXPECT_EQ(parse(fields)->first_frame, number.value * 65535);
  }
  for (const std::vector<unsigned>& bad :
       {std::vector<unsigned>{0x80}, {0xFF}, {0xC2, 0x00}, {0xE1, 0x80, 0xC0}}) {
    Fields fields;
    fields.number = bad;
    EXPECT_FALSE(parse(fields));
  }
}

TEST(FlacFrameHeaderTest, AnyFlippedBitOrCutIsNoHeader) {
  Fields fields;
  fields.block_size = 7;
  fields.tail = {0x0F, 0xFF};
  const auto good = header_bytes(fields);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bytes = good;
    bytes[bit / 8] ^= static_cast<std::byte>(0x80U >> (bit % 8));
    EXPECT_FALSE(parse_flac_frame_header(bytes, kStream)) << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_flac_frame_header(std::span(good).first(size), kStream));
  }
}

TEST(FlacFrameHeaderTest, FramesBehindTheDeclaredEndAreNone) {
  Fields fields;
  fields.variable = true;
  fields.number = {100};
  FlacStreamInfo info = kStream;
  info.frame_count = 101;
  EXPECT_TRUE(parse(fields, info));
  info.frame_count = 100;
  EXPECT_FALSE(parse(fields, info));
}

TEST(FlacFrameHeaderTest, OnlyFixedBlockingBoundsTheBlockSize) {
  Fields fields;
  FlacStreamInfo info = kStream;
  info.block_size_max = 4095;
  EXPECT_FALSE(parse(fields, info));
  fields.variable = true;
  EXPECT_TRUE(parse(fields, info));
}

TEST(FlacFrameHeaderTest, NumbersBecomePlacesAsTheNumberingTells) {
  Fields fields;
  fields.number = {12};
  const auto bytes = header_bytes(fields);
  EXPECT_EQ(parse_flac_frame_header(bytes, kStream, {4096, 0})->first_frame, 12 * 4096);
  EXPECT_EQ(parse_flac_frame_header(bytes, kStream, {4096, 10 * 4096})->first_frame, 2 * 4096);
  EXPECT_EQ(parse_flac_frame_header(bytes, kStream, {1, 0})->first_frame, 12);
  EXPECT_FALSE(parse_flac_frame_header(bytes, kStream, {4096, 13 * 4096}));
  const auto any =
      parse_flac_frame_header(bytes, kStream, {4096, 13 * 4096}, FlacAgreement::kNothing);
  ASSERT_TRUE(any);
  EXPECT_EQ(any->number, 12u);
}

TEST(FlacFrameHeaderTest, CorrectedStreamInfoSaysWhatItIsGiven) {
  const std::vector<std::byte> bytes(kFlacStreamInfoBytes, std::byte{0x5A});
  const FlacStreamInfo info{192, 4608, 0x5A5A5A, 96000, 5, 20, 123456789012};
  const FlacStreamInfo read = parse_flac_stream_info(corrected_flac_stream_info(bytes, info));
  EXPECT_EQ(read.block_size_min, 192);
  EXPECT_EQ(read.block_size_max, 4608);
  EXPECT_EQ(read.frame_bytes_max, 0x5A5A5Au);
  EXPECT_EQ(read.sample_rate_hz, 96000);
  EXPECT_EQ(read.channels, 5);
  EXPECT_EQ(read.bits_per_sample, 20);
  EXPECT_EQ(read.frame_count, 123456789012 & 0xFFFFFFFFF);
}

TEST(FlacFrameHeaderTest, ALengthOfMoreThan36BitsSpoilsNoOtherField) {
  const std::vector<std::byte> bytes(kFlacStreamInfoBytes);
  const FlacStreamInfo info{192, 4608, 0, 44100, 1, 16, (FrameCount{0x55555} << 36) + 77};
  const FlacStreamInfo read = parse_flac_stream_info(corrected_flac_stream_info(bytes, info));
  EXPECT_EQ(read.sample_rate_hz, 44100);
  EXPECT_EQ(read.channels, 1);
  EXPECT_EQ(read.bits_per_sample, 16);
  EXPECT_EQ(read.frame_count, 77);
}

}  // namespace
}  // namespace engine
