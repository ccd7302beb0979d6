#include "engine/base/byte_store.h"

#include <algorithm>
#include <array>
#include <random>

#include <gtest/gtest.h>

namespace engine {
namespace {

// A file whose byte at offset i is i mod 251: 251 is prime, so no power-of-two stride repeats it.
std::vector<std::byte> numbered_file(std::size_t size) {
  std::vector<std::byte> file(size);
  for (std::size_t i = 0; i < size; ++i) file[i] = static_cast<std::byte>(i % 251);
  return file;
}

TEST(ByteStoreTest, RunInsideHeldRunLosesNothing) {
  const auto file = numbered_file(200);
  const std::span bytes(file);
  ByteStore store;
  store.insert(100, bytes.subspan(100, 20));
  store.insert(105, bytes.subspan(105, 10));

  ASSERT_TRUE(store.find({100, 120}));
  EXPECT_EQ((*store.find({100, 120}))[19], file[119]);
  EXPECT_EQ(store.size_bytes(), 20u);
}

TEST(ByteStoreTest, MissingIsWhatADriverHasToFetch) {
  const auto file = numbered_file(200);
  const std::span bytes(file);
  ByteStore store;
  EXPECT_EQ(store.missing({10, 20}), (ByteRange{10, 20}));
  store.insert(0, bytes.subspan(0, 15));
  EXPECT_EQ(store.missing({10, 20}), (ByteRange{15, 20}));
  store.insert(30, bytes.subspan(30, 10));
  EXPECT_EQ(store.missing({10, 40}), (ByteRange{15, 30}));
  EXPECT_EQ(store.missing({10, 50}), (ByteRange{15, 50}));
  EXPECT_TRUE(store.missing({32, 40}).empty());
  EXPECT_TRUE(store.missing({7, 7}).empty());
}

TEST(ByteStoreTest, DiscardOutsideKeepsTheMiddleOfOneRun) {
  const auto file = numbered_file(300);
  ByteStore store;
  store.insert(0, file);
  store.discard_outside({100, 150});

  EXPECT_EQ(store.size_bytes(), 50u);
  EXPECT_FALSE(store.find({99, 101}));
  EXPECT_FALSE(store.find({149, 151}));
  const auto kept = store.find({100, 150});
  ASSERT_TRUE(kept);
  EXPECT_TRUE(std::equal(kept->begin(), kept->end(), file.begin() + 100));
  store.discard_outside({7, 7});
  EXPECT_EQ(store.size_bytes(), 0u);
}

// 16 MiB in pieces of 64 bytes: copying the whole run for each piece would move 2 TiB and run into
// the test's time limit; amortised appending takes milliseconds.
TEST(ByteStoreTest, ManySmallPiecesInARowStayCheap) {
  const auto piece = numbered_file(64);
  constexpr std::uint64_t kSize = 16U << 20;
  ByteStore store;
  for (std::uint64_t at = 0; at < kSize; at += piece.size()) store.insert(at, piece);
  EXPECT_EQ(store.size_bytes(), kSize);
  EXPECT_TRUE(store.find({0, kSize}));
}

TEST(ByteStoreTest, SlidingWindowStaysCheap) {
  const auto piece = numbered_file(64);
  constexpr std::uint64_t kWindow = 4U << 20;
  ByteStore store;
  for (std::uint64_t at = 0; at < 4 * kWindow; at += piece.size()) {
    store.insert(at, piece);
    if (at >= kWindow) store.discard_outside({at - kWindow, at + piece.size()});
  }
  EXPECT_EQ(store.size_bytes(), kWindow + piece.size());
}

// Method: replay random inserts and discards against the plainest possible model, one flag per
// byte, and compare every answer. A failure prints the seed.
class FlagModel {
 public:
  static constexpr std::size_t kFileSize = 64;

  void insert(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) held_[i] = true;
  }
  void keep_only(std::size_t begin, std::size_t end) {
    for (std::size_t i = 0; i < kFileSize; ++i) held_[i] = held_[i] && begin <= i && i < end;
  }
  bool holds(std::size_t begin, std::size_t end) const {
    return std::all_of(held_.begin() + static_cast<std::ptrdiff_t>(begin),
                       held_.begin() + static_cast<std::ptrdiff_t>(end), [](bool h) { return h; });
  }
  ByteRange missing(std::size_t begin, std::size_t end) const {
    while (begin < end && held_[begin]) ++begin;
    while (begin < end && held_[end - 1]) --end;
    return {begin, end};
  }
  std::uint64_t size_bytes() const {
    return static_cast<std::uint64_t>(std::count(held_.begin(), held_.end(), true));
  }

 private:
  std::array<bool, kFileSize> held_{};
};

TEST(ByteStoreTest, AgreesWithOneFlagPerByte) {
  constexpr std::size_t kFileSize = FlagModel::kFileSize;
  const auto file = numbered_file(kFileSize);
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    ByteStore store;
    FlagModel model;
    for (int step = 0; step < 40; ++step) {
      const std::size_t begin = random() % kFileSize;
      const std::size_t size = random() % (kFileSize - begin + 1);
      const auto action = random() % 12;
      if (action == 0) {
        store.discard_before(begin);
        model.keep_only(begin, kFileSize);
      } else if (action == 1) {
        store.discard_outside({begin, begin + size});
        model.keep_only(begin, begin + size);
      } else {
        store.insert(begin, std::span(file).subspan(begin, size));
        model.insert(begin, begin + size);
      }

      const std::size_t from = random() % kFileSize;
      const std::size_t to = from + 1 + random() % (kFileSize - from);
      const auto found = store.find({from, to});
      ASSERT_EQ(found.has_value(), model.holds(from, to));
      if (found) {
        ASSERT_TRUE(std::equal(found->begin(), found->end(),
                               file.begin() + static_cast<std::ptrdiff_t>(from)));
      }
      const ByteRange missing = store.missing({from, to});
      const ByteRange expected = model.missing(from, to);
      ASSERT_EQ(missing.empty(), expected.empty());
      if (!missing.empty()) {
        ASSERT_EQ(missing, expected);
      }
      ASSERT_EQ(store.size_bytes(), model.size_bytes());
    }
  }
}

}  // namespace
}  // namespace engine
