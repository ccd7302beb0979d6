#include "engine/demux/make_demuxer.h"

#include <gtest/gtest.h>

#include "tests/support/flac_builder.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

TEST(MakeDemuxerTest, MakesTheDemuxerOfTheContainer) {
  const auto signal = testing::make_signal({44100, 1, 16, 3000, {}}, 1);
  const auto wav = wav_file(signal);
  const auto flac = testing::FlacBuilder(signal).build();
  for (const Container container : {Container::kWav, Container::kFlac}) {
    testing::SplitFeeder feeder(container == Container::kWav ? wav : flac, testing::kWhole);
    const auto demuxer = make_demuxer(container);
    const auto header = feeder.read_header(*demuxer);
    ASSERT_TRUE(header);
    EXPECT_EQ(std::get<TrackInfo>(*header).container, container);
    EXPECT_EQ(std::get<TrackInfo>(*header).frame_count, 3000);
  }
  ASSERT_NE(make_demuxer(Container::kMp3), nullptr);
}

}  // namespace
}  // namespace engine
