#include "engine/demux/mpeg_stream_header.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/engine/demux/mp3_files.h"

namespace engine {
namespace {

using namespace engine::testing;

std::optional<MpegStreamHeader> parse(std::uint64_t word) {
  return parse_mpeg_stream_header(ByteWriter().be(word, 4).zeros(3).data());
}

TEST(MpegStreamHeaderTest, ReadsKindRateAndSizeOfEveryLayer) {
  struct Row {
    std::uint32_t word;
    MpegStreamKind kind;
    int sample_rate_hz;
    std::size_t size_bytes;
  };
  // Sizes by hand: layer I (12 x bitrate / rate + padding) x 4, layer II 144 x bitrate / rate.
  for (const Row& row : {Row{0xFFFFC000, MpegStreamKind::kLayer1, 44100, 416},
                         Row{0xFFFFC200, MpegStreamKind::kLayer1, 44100, 420},
                         Row{0xFFF71400, MpegStreamKind::kLayer1, 24000, 64},
                         Row{0xFFFDC000, MpegStreamKind::kLayer2, 44100, 835},
                         Row{0xFFFDE400, MpegStreamKind::kLayer2, 48000, 1152},
                         Row{0xFFF58000, MpegStreamKind::kLayer2, 22050, 417},
                         Row{0xFFFB9064, MpegStreamKind::kLayer3, 44100, 417},
                         Row{0xFFE31800, MpegStreamKind::kLayer3, 8000, 72}}) {
    SCOPED_TRACE(row.word);
    const auto header = parse(row.word);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->kind, row.kind);
    EXPECT_EQ(header->sample_rate_hz, row.sample_rate_hz);
    EXPECT_EQ(header->size_bytes, row.size_bytes);
  }
  const auto adts = parse_mpeg_stream_header(ByteWriter().be(0xFFF15080, 4).be(0x2E7FFC, 3).data());
  ASSERT_TRUE(adts);
  EXPECT_EQ(adts->kind, MpegStreamKind::kAdts);
  EXPECT_EQ(adts->sample_rate_hz, 44100);
  EXPECT_EQ(adts->size_bytes, 371u);
}

TEST(MpegStreamHeaderTest, RefusesWhatIsNoHeader) {
  for (const std::uint32_t word : {
           0xFFDFC000U,  // Ten bits of sync.
           0xFFE7C000U,  // Layer I of MPEG-2.5, which there is not.
           0xFFFDF000U,  // Bitrate 15.
           0xFFFD0000U,  // Free format.
           0xFFFDCC00U,  // Sample rate 3.
           0xFFE15080U,  // ADTS has twelve bits of sync.
           0xFFF17C80U,  // ADTS, sample rate 15.
       }) {
    EXPECT_FALSE(parse(word)) << word;
  }
  EXPECT_FALSE(parse_mpeg_stream_header({}));
}

TEST(MpegStreamHeaderTest, AChainIsOfOneKindAndRate) {
  const auto frame = silent_mpeg_frame(mpeg1_header(9));
  const auto other_rate = silent_mpeg_frame(0xFFFB9464);
  EXPECT_TRUE(is_mpeg_stream(cbr_mpeg_frames(5), 5));
  EXPECT_TRUE(is_mpeg_stream(cbr_mpeg_frames(2), 5));  // All that is there.
  EXPECT_FALSE(is_mpeg_stream(cbr_mpeg_frames(1), 5));
  EXPECT_FALSE(is_mpeg_stream(
      ByteWriter().bytes(frame).bytes(frame).bytes(other_rate).zeros(500).data(), 3));
  EXPECT_FALSE(is_mpeg_stream(ByteWriter().bytes(frame).zeros(500).data(), 3));
}

TEST(MpegStreamHeaderTest, FreeFormatIsEqualHeadersAtOneDistance) {
  const auto stream = [](std::initializer_list<int> distances) {
    ByteWriter file;
    bool padded = true;
    for (const int distance : distances) {
      padded = !padded;
      file.be(padded ? 0xFFFB0200 : 0xFFFB0000, 4);
      file.zeros(static_cast<std::size_t>(distance + (padded ? 1 : 0) - 4));
    }
    return file.data();
  };
  EXPECT_TRUE(is_free_format(stream({1044, 1044, 1044, 1044})));
  EXPECT_FALSE(is_free_format(stream({1044, 1050, 1044, 1044})));
  EXPECT_FALSE(is_free_format(stream({1044, 1044})));
  EXPECT_FALSE(is_free_format(cbr_mpeg_frames(5)));
  EXPECT_FALSE(is_free_format({}));
}

TEST(MpegStreamHeaderTest, RandomBytesAreNoStream) {
  std::mt19937 random(11);
  std::vector<std::byte> bytes(1 << 20);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto rest = std::span(bytes).subspan(i);
    ASSERT_FALSE(is_mpeg_stream(rest.first(std::min<std::size_t>(rest.size(), 9000)), 3)) << i;
  }
}

}  // namespace
}  // namespace engine
