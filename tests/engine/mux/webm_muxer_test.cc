#include "engine/mux/webm_muxer.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/output_format.h"

namespace engine {
namespace {

// A reader of EBML (RFC 8794) for the tests: IDs in hexadecimal with their depth, in order.
struct Element {
  std::uint32_t id = 0;
  std::size_t begin = 0;  // Of the body.
  std::size_t end = 0;
};

std::uint64_t read_vint(std::span<const std::byte> bytes, std::size_t& at, bool keep_marker) {
  const auto first = std::to_integer<std::uint64_t>(bytes[at]);
  std::size_t length = 1;
  while (length < 8 && (first & (0x80u >> (length - 1))) == 0) ++length;
  std::uint64_t value = keep_marker ? first : first & (0xFFu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    value = (value << 8) | std::to_integer<std::uint64_t>(bytes[at + i]);
  }
  at += length;
  return value;
}

Element read_element(std::span<const std::byte> bytes, std::size_t at) {
  Element element;
  element.id = static_cast<std::uint32_t>(read_vint(bytes, at, true));
  const std::uint64_t size = read_vint(bytes, at, false);
  element.begin = at;
  const bool unknown = size == (1ULL << 56) - 1;
  element.end = unknown ? bytes.size() : at + static_cast<std::size_t>(size);
  return element;
}

std::vector<Element> children(std::span<const std::byte> bytes, std::size_t begin,
                              std::size_t end) {
  std::vector<Element> list;
  while (begin < end) {
    list.push_back(read_element(bytes, begin));
    begin = list.back().end;
  }
  return list;
}

std::uint64_t number(std::span<const std::byte> bytes, const Element& element) {
  std::uint64_t value = 0;
  for (std::size_t i = element.begin; i < element.end; ++i) {
    value = (value << 8) | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return value;
}

std::vector<Packet> packets(std::size_t count) {
  std::vector<Packet> list;
  for (std::size_t i = 0; i < count; ++i) {
    list.emplace_back(100 + i % 7, static_cast<std::byte>(i));
  }
  return list;
}

constexpr std::uint32_t kEbml = 0x1A45DFA3;
constexpr std::uint32_t kSegment = 0x18538067;
constexpr std::uint32_t kInfo = 0x1549A966;
constexpr std::uint32_t kTracks = 0x1654AE6B;
constexpr std::uint32_t kCluster = 0x1F43B675;

// Chromium closes the MediaSource for ever when anything stands between Info and Tracks.
TEST(WebmMuxerTest, TracksFollowInfoAtOnceInTheInitSegment) {
  const auto init = webm_init_segment();
  const auto top = children(init, 0, init.size());
  ASSERT_EQ(top.size(), 2u);
  EXPECT_EQ(top[0].id, kEbml);
  EXPECT_EQ(top[1].id, kSegment);
  EXPECT_EQ(top[1].end, init.size()) << "the Segment's size must be unknown";
  const auto inside = children(init, top[1].begin, top[1].end);
  ASSERT_EQ(inside.size(), 2u);
  EXPECT_EQ(inside[0].id, kInfo);
  EXPECT_EQ(inside[1].id, kTracks);
}

TEST(WebmMuxerTest, TheTrackEntryTellsDurationAndNoDelay) {
  const auto init = webm_init_segment();
  const Element segment = children(init, 0, init.size())[1];
  const Element tracks = children(init, segment.begin, segment.end)[1];
  const Element entry = read_element(init, tracks.begin);
  bool has_duration = false;
  bool has_head = false;
  for (const Element& element : children(init, entry.begin, entry.end)) {
    if (element.id == 0x23E383) {
      has_duration = true;
      EXPECT_EQ(number(init, element), 20'000'000u);
    }
    EXPECT_NE(element.id, 0x56AAu) << "CodecDelay";
    if (element.id == 0x63A2) {
      has_head = true;
      ASSERT_EQ(element.end - element.begin, 19u);
      EXPECT_EQ(std::to_integer<int>(init[element.begin + 10]), 0) << "pre-skip";
      EXPECT_EQ(std::to_integer<int>(init[element.begin + 11]), 0) << "pre-skip";
    }
  }
  EXPECT_TRUE(has_duration);
  EXPECT_TRUE(has_head);
}

TEST(WebmMuxerTest, AClusterIsWholeAndPlacesEveryPacket) {
  const auto list = packets(25);
  const auto cluster = webm_cluster(1'000'000, list);
  const auto top = children(cluster, 0, cluster.size());
  ASSERT_EQ(top.size(), 1u);
  EXPECT_EQ(top[0].id, kCluster);
  const auto inside = children(cluster, top[0].begin, top[0].end);
  ASSERT_EQ(inside.size(), 26u);
  EXPECT_EQ(inside[0].id, 0xE7u);
  EXPECT_EQ(number(cluster, inside[0]), 20'000'000u) << "absolute, in ms";
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Element& block = inside[i + 1];
    ASSERT_EQ(block.id, 0xA3u);
    const auto relative_ms = (std::to_integer<int>(cluster[block.begin + 1]) << 8) |
                             std::to_integer<int>(cluster[block.begin + 2]);
    EXPECT_EQ(relative_ms, static_cast<int>(20 * i));
    EXPECT_EQ(std::to_integer<int>(cluster[block.begin]), 0x81) << "track 1";
    EXPECT_EQ(std::to_integer<int>(cluster[block.begin + 3]), 0x80) << "key frame";
    const Packet body(cluster.begin() + static_cast<std::ptrdiff_t>(block.begin) + 4,
                      cluster.begin() + static_cast<std::ptrdiff_t>(block.end));
    EXPECT_EQ(body, list[i]);
  }
}

TEST(WebmMuxerTest, TheSameCallGivesTheSameBytes) {
  EXPECT_EQ(webm_init_segment(), webm_init_segment());
  EXPECT_EQ(webm_cluster(7, packets(3)), webm_cluster(7, packets(3)));
}

struct WrittenFile {
  std::vector<std::byte> bytes;
};

WrittenFile write_file(std::size_t count, FrameCount promised, FrameCount actual) {
  WrittenFile file;
  WebmFileWriter writer({.frame_count = promised, .pre_skip_frames = 3840});
  const auto append = [&](const std::vector<std::byte>& bytes) {
    file.bytes.insert(file.bytes.end(), bytes.begin(), bytes.end());
  };
  append(writer.head());
  for (Packet& packet : packets(count)) append(writer.add_packet(std::move(packet)));
  append(writer.finish(actual));
  for (const auto& patch : writer.patches()) {
    std::copy(patch.bytes.begin(), patch.bytes.end(),
              file.bytes.begin() + static_cast<std::ptrdiff_t>(patch.offset));
  }
  return file;
}

TEST(WebmMuxerTest, AFilePointsAtItsPartsAndEndsOnTheFrame) {
  constexpr FrameCount kFrames = 250 * 960 - 3840 - 100;
  const auto file = write_file(250, kFrames, kFrames).bytes;
  const auto top = children(file, 0, file.size());
  ASSERT_EQ(top.size(), 2u);
  const Element& segment = top[1];
  EXPECT_EQ(segment.end, file.size());
  const auto inside = children(file, segment.begin, segment.end);
  ASSERT_EQ(inside.size(), 7u);  // SeekHead, Info, Tracks, three Clusters, Cues.
  EXPECT_EQ(inside[1].id, kInfo);
  EXPECT_EQ(inside[2].id, kTracks);
  EXPECT_EQ(inside[6].id, 0x1C53BB6Bu);

  const auto seeks = children(file, inside[0].begin, inside[0].end);
  ASSERT_EQ(seeks.size(), 3u);
  for (const Element& seek : seeks) {
    const auto parts = children(file, seek.begin, seek.end);
    const auto target =
        read_element(file, segment.begin + static_cast<std::size_t>(number(file, parts[1])));
    EXPECT_EQ(target.id, number(file, parts[0]));
  }
  const auto last_blocks = children(file, inside[5].begin, inside[5].end);
  EXPECT_EQ(last_blocks.back().id, 0xA0u) << "a BlockGroup with DiscardPadding";
  const auto group = children(file, last_blocks.back().begin, last_blocks.back().end);
  const auto padding =
      std::find_if(group.begin(), group.end(), [](const Element& e) { return e.id == 0x75A2; });
  ASSERT_NE(padding, group.end());
  EXPECT_EQ(number(file, *padding), 100u * 62'500 / 3);
}

TEST(WebmMuxerTest, AFileThatEndsEarlyTellsItsRealDuration) {
  const auto early = write_file(100, 200 * 960, 96 * 960).bytes;
  const auto exact = write_file(100, 96 * 960, 96 * 960).bytes;
  EXPECT_EQ(early, exact);
}

}  // namespace
}  // namespace engine
