#include "engine/demux/wav_format.h"

#include <gtest/gtest.h>

#include "tests/support/byte_writer.h"

namespace engine {
namespace {

using testing::ByteWriter;

struct Fields {
  unsigned tag = 1;
  unsigned channels = 2;
  unsigned rate_hz = 44100;
  unsigned bytes_per_second = 0;
  unsigned block = 0;
  unsigned bits = 16;
};

Result<WavFormat> parse(const Fields& fields, std::size_t size = 16) {
  auto body = ByteWriter()
                  .le(fields.tag, 2)
                  .le(fields.channels, 2)
                  .le(fields.rate_hz, 4)
                  .le(fields.bytes_per_second, 4)
                  .le(fields.block, 2)
                  .le(fields.bits, 2)
                  .data();
  body.resize(size);
  return parse_wav_format(body, 0);
}

TEST(WavFormatTest, TheOldestFormHasNoBits) {
  for (const unsigned block : {2U, 4U, 6U, 8U}) {
    auto format = parse({.block = block}, 14);
    ASSERT_TRUE(format) << block;
    EXPECT_EQ(format->bits_per_sample, static_cast<int>(block) * 4);
    EXPECT_EQ(format->block_bytes, static_cast<int>(block));
    EXPECT_FALSE(format->corrected);
  }
  EXPECT_FALSE(parse({.block = 0}, 14));
  EXPECT_FALSE(parse({.block = 3}, 14));
}

TEST(WavFormatTest, AContradictionIsSettledByTheThirdWitness) {
  struct Row {
    Fields fields;
    int block_bytes = 0;
    bool corrected = false;
  };
  for (const Row& row : {
           Row{{.bytes_per_second = 176400, .block = 4, .bits = 16}, 4, false},
           Row{{.bytes_per_second = 0, .block = 4, .bits = 16}, 4, false},
           Row{{.bytes_per_second = 7, .block = 4, .bits = 16}, 4, false},
           Row{{.bytes_per_second = 0, .block = 0, .bits = 16}, 4, false},
           Row{{.bytes_per_second = 264600, .block = 4, .bits = 24}, 6, true},  // 4 is too few.
           Row{{.bytes_per_second = 0, .block = 4, .bits = 24}, 6, true},
           Row{{.bytes_per_second = 0, .block = 5, .bits = 16}, 4, true},
           Row{{.bytes_per_second = 352800, .block = 8, .bits = 24}, 8, false},  // 24 in 32 bits.
           Row{{.bytes_per_second = 176400, .block = 8, .bits = 16}, 4, true},
           Row{{.tag = 3, .bytes_per_second = 0, .block = 4, .bits = 32}, 8, true},
       }) {
    SCOPED_TRACE(row.fields.block * 1000 + row.fields.bits);
    auto format = parse(row.fields);
    ASSERT_TRUE(format);
    EXPECT_EQ(format->block_bytes, row.block_bytes);
    EXPECT_EQ(format->bits_per_sample, static_cast<int>(row.fields.bits));
    EXPECT_EQ(format->corrected, row.corrected);
  }
}

TEST(WavFormatTest, NamesWhatIsNoPcm) {
  const auto detail_of = [](unsigned tag) {
    auto format = parse({.tag = tag, .block = 4});
    EXPECT_FALSE(format);
    return format ? ErrorDetail::kNothingToRender : format.error().detail;
  };
  EXPECT_EQ(detail_of(0x2001), ErrorDetail::kWavDts);
  EXPECT_EQ(detail_of(0x0008), ErrorDetail::kWavDts);
  EXPECT_EQ(detail_of(0x2000), ErrorDetail::kWavAc3);
  EXPECT_EQ(detail_of(0x0092), ErrorDetail::kWavAc3);
  EXPECT_EQ(detail_of(0x0055), ErrorDetail::kWavMpeg);
  EXPECT_EQ(detail_of(0x4444), ErrorDetail::kWavCompressed);
}

}  // namespace
}  // namespace engine
