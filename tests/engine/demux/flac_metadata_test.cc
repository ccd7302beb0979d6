#include "engine/demux/flac_metadata.h"

#include <gtest/gtest.h>

#include "tests/support/flac_builder.h"
#include "tests/support/split_feeder.h"

namespace engine {
namespace {

using testing::ByteWriter;

// Reads the metadata of `file`; nothing on an error, and where they do not lead to the audio.
std::optional<FlacMetadata> read_metadata(std::span<const std::byte> file, std::size_t piece_size) {
  ByteStore store;
  FlacMetadataReader reader;
  for (std::size_t step = 0; step < 2 * file.size() + 16; ++step) {
    const auto answer = reader.read({store, file.size()});
    if (!answer) return std::nullopt;
    if (!*answer) {
      if (reader.metadata().lost) return std::nullopt;
      return reader.metadata();
    }
    const ByteRange missing = store.missing((*answer)->range);
    const auto count = std::min<std::uint64_t>(piece_size, missing.size());
    store.insert(missing.begin, file.subspan(missing.begin, count));
  }
  ADD_FAILURE() << "no progress";
  return std::nullopt;
}

std::vector<std::byte> file_with_points(
    std::initializer_list<std::pair<std::uint64_t, int>> points) {
  ByteWriter table;
  for (const auto& [frame, offset] : points) {
    table.be(frame, 8).be(static_cast<std::uint64_t>(offset), 8).be(64, 2);
  }
  testing::FlacBuilder builder(testing::make_signal({44100, 1, 16, 1000, {}}, 2));
  return builder.metadata(2, std::vector<std::byte>(9)).metadata(3, table.data()).build();
}

TEST(FlacMetadataReaderTest, ResultsDoNotDependOnHowBytesArrive) {
  const auto file = file_with_points({{0, 0}, {640, 500}});
  for (const std::size_t piece_size : {1U, 7U, 17U, 4096U}) {
    const auto metadata = read_metadata(file, piece_size);
    ASSERT_TRUE(metadata);
    EXPECT_EQ(metadata->info.frame_count, 1000);
    EXPECT_EQ(metadata->audio_begin, 4u + 4 + 34 + 4 + 9 + 4 + 36);
    ASSERT_EQ(metadata->seek_points.size(), 2u);
    EXPECT_EQ(metadata->seek_points[1].first_frame, 640);
    EXPECT_EQ(metadata->seek_points[1].byte_offset, metadata->audio_begin + 500);
  }
}

TEST(FlacMetadataReaderTest, ImpossibleSeekPointsAreDropped) {
  const auto file = file_with_points({{0, 0},
                                      {64, 100},
                                      {32, 200},
                                      {128, 90},
                                      {192, 300},
                                      {5000, 400},
                                      {256, 1 << 30},
                                      {~0ULL, 0},
                                      {320, 500}});
  const auto metadata = read_metadata(file, 4096);
  ASSERT_TRUE(metadata);
  std::vector<FrameCount> frames;
  for (const auto& point : metadata->seek_points) frames.push_back(point.first_frame);
  EXPECT_EQ(frames, (std::vector<FrameCount>{0, 64, 192, 320}));
}

TEST(FlacMetadataReaderTest, CutOffAnywhereItIsAnError) {
  const auto file = file_with_points({{0, 0}, {640, 500}});
  for (std::size_t size = 0; size < 95; ++size) {
    EXPECT_FALSE(read_metadata(std::span(file).first(size), 4096)) << size;
  }
  EXPECT_TRUE(read_metadata(std::span(file).first(95), 4096));
}

TEST(FlacMetadataReaderTest, EndlessBlocksAreRefused) {
  testing::FlacBuilder builder(testing::make_signal({44100, 1, 16, 100, {}}, 2));
  for (int i = 0; i < 1100; ++i) builder.metadata(1, {});
  EXPECT_FALSE(read_metadata(builder.build(), 4096));
}

}  // namespace
}  // namespace engine
