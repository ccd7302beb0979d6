#include "engine/demux/flac_frame_walker.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/demux/flac_demuxer.h"
#include "tests/support/oracle_tools.h"
#include "tests/support/pcm_signal.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

// The demuxer finds the ends of FLAC frames by the header that follows; the walker must come to the
// same ends through every kind of subframe, predictor and residual that `flac` can make.
void expect_equal_ends(const testing::PcmSignal& shape, const std::string& options) {
  SCOPED_TRACE(options);
  const testing::TemporaryFolder folder;
  folder.write("in.wav", wav_file(make_signal(shape, 11)));
  ASSERT_TRUE(testing::run_command("flac -s -f --lax " + options + " -o " + folder.file("in.flac") +
                                   " " + folder.file("in.wav")));
  const auto file = folder.read("in.flac");
  testing::SplitFeeder feeder(file, testing::kWhole);
  FlacDemuxer demuxer;
  const auto header = feeder.read_header(demuxer);
  ASSERT_TRUE(header);
  const auto stream = parse_flac_stream_info(std::get<TrackInfo>(*header).codec_header);
  const auto packets = feeder.read_packets(demuxer);
  ASSERT_GT(packets.size(), 2u);
  for (const auto& packet : packets) {
    const auto frame = parse_flac_frame_header(packet.bytes, stream);
    ASSERT_TRUE(frame);
    const FlacFrameWalk walk = walk_flac_frame(packet.bytes, *frame);
    ASSERT_EQ(walk.end, FlacFrameWalk::End::kWhole);
    ASSERT_EQ(walk.size_bytes, packet.bytes.size());
    const std::span<const std::byte> bytes(packet.bytes);
    const FlacFrameWalk cut = walk_flac_frame(bytes.first(bytes.size() - 1), *frame);
    ASSERT_EQ(cut.end, FlacFrameWalk::End::kCutOff);
    auto broken = packet.bytes;
    broken[frame->size_bytes] |= std::byte{0x80};  // The bit that is zero in every subframe.
    ASSERT_EQ(walk_flac_frame(broken, *frame).end, FlacFrameWalk::End::kBroken);
  }
}

TEST(FlacFrameWalkerTest, LengthsEqualThoseFoundByTheNextHeader) {
  if (!testing::require_program("flac")) return;
  expect_equal_ends({44100, 2, 16, 40000, {}}, "-0");
  expect_equal_ends({44100, 2, 16, 40000, {}}, "-5");
  expect_equal_ends({44100, 2, 24, 40000, {}}, "-8 -l 32 -r 0,15");
  expect_equal_ends({44100, 2, 32, 40000, {}}, "-8");
  expect_equal_ends({44100, 1, 8, 20000, {}}, "-3 -b 17");
  expect_equal_ends({44100, 6, 12, 20000, {}}, "-8 -b 576");
  expect_equal_ends({44100, 2, 16, 40000, {}}, "--disable-fixed-subframes");
  expect_equal_ends({44100, 2, 16, 40000, {}}, "--disable-constant-subframes");
}

}  // namespace
}  // namespace engine
