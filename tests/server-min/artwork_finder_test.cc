#include "server-min/artwork_finder.h"

#include <atomic>
#include <future>
#include <optional>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

// The one thread that looks stands still until go_on(): it is held while it tells the first who
// waited that his look has ended.
class ArtworkFinderTest : public ::testing::Test {
 public:
  ArtworkFinderTest(const ArtworkFinderTest&) = delete;
  ArtworkFinderTest& operator=(const ArtworkFinderTest&) = delete;
  ArtworkFinderTest(ArtworkFinderTest&&) = delete;
  ArtworkFinderTest& operator=(ArtworkFinderTest&&) = delete;

 protected:
  ArtworkFinderTest() {
    folder_.write("a.mp3", make_mp3(2, {}, make_png()));
    first_.emplace(finder_, question("first"), [this](bool) {
      held_.set_value();
      go_on_.get_future().wait();
    });
    held_.get_future().wait();
  }
  ~ArtworkFinderTest() override {
    if (is_held_) go_on();
  }

  void go_on() {
    is_held_ = false;
    go_on_.set_value();
  }

  // The wrong format stands for "was not looked at": as FLAC an MP3 has no cover.
  ArtworkQuestion question(const std::string& id, AudioFormat format = AudioFormat::kMp3) const {
    return {id, std::move(*FileRoot::open(folder_.path())->open_file("a.mp3")), format};
  }

  FileFacts facts() const { return question("").file.facts; }

  // Waiting cannot be moved; this builds it in place.
  struct Place {
    Place(ArtworkFinder& finder, ArtworkQuestion question, ArtworkFinder::OnEnd on_end)
        : waiting(finder.look_for(std::move(question), std::move(on_end))) {}
    ArtworkFinder::Waiting waiting;
  };

  TempFolder folder_;
  ArtworkCache cache_;
  std::promise<void> held_;
  std::promise<void> go_on_;
  bool is_held_ = true;
  ArtworkFinder finder_{cache_, 1};
  std::optional<Place> first_;
};

TEST_F(ArtworkFinderTest, OneLookServesAllWhoWait) {
  std::list<Place> places;
  std::vector<std::promise<bool>> ends(6);
  for (auto& end : ends) {
    const auto format = places.empty() ? AudioFormat::kMp3 : AudioFormat::kFlac;
    places.emplace_back(finder_, question("a", format),
                        [&end](bool succeeded) { end.set_value(succeeded); });
  }
  EXPECT_EQ(finder_.search_count(), 1U);
  EXPECT_FALSE(cache_.known("a", facts()));
  go_on();
  for (auto& end : ends) EXPECT_TRUE(end.get_future().get());
  ASSERT_TRUE(cache_.known("a", facts()));
  EXPECT_TRUE(*cache_.known("a", facts()));
  EXPECT_EQ(finder_.search_count(), 0U);
}

TEST_F(ArtworkFinderTest, OtherTracksAndOtherVersionsAreOtherLooks) {
  const Place a(finder_, question("a"), [](bool) {});
  const Place b(finder_, question("b"), [](bool) {});
  TempFolder::wait_for_tick();
  folder_.write("a.mp3", make_mp3(3, {}, make_png()));
  const Place changed(finder_, question("a"), [](bool) {});
  EXPECT_EQ(finder_.search_count(), 3U);
}

TEST_F(ArtworkFinderTest, WhatNobodyWaitsForIsNotLookedFor) {
  std::atomic<int> calls{0};
  const auto count = [&calls](bool) { ++calls; };
  std::optional<Place> gone;
  gone.emplace(finder_, question("gone"), count);
  std::optional<Place> one_of_two;
  one_of_two.emplace(finder_, question("shared"), count);
  std::promise<void> shared_end;
  const Place other(finder_, question("shared"), [&](bool) { shared_end.set_value(); });
  gone.reset();
  one_of_two.reset();
  EXPECT_EQ(finder_.search_count(), 1U);
  go_on();
  shared_end.get_future().wait();
  EXPECT_FALSE(cache_.known("gone", facts()));
  EXPECT_TRUE(cache_.known("shared", facts()));
  EXPECT_EQ(calls, 0);
}

TEST_F(ArtworkFinderTest, WhatBecameKnownMeanwhileIsNotLookedForAgain) {
  std::promise<bool> end;
  const Place a(finder_, question("a"), [&](bool succeeded) { end.set_value(succeeded); });
  cache_.keep("a", facts(), std::nullopt);
  go_on();
  EXPECT_TRUE(end.get_future().get());
  EXPECT_FALSE(*cache_.known("a", facts()));
}

TEST_F(ArtworkFinderTest, StoppingLeavesTheRestAndLeavingAfterItIsAllowed) {
  std::atomic<int> calls{0};
  std::optional<Place> waits;
  waits.emplace(finder_, question("a"), [&calls](bool) { ++calls; });
  auto stopped = std::async(std::launch::async, [&] { finder_.stop(); });
  // stop() has the lock before the thread goes on, else it would look for "a": either is right.
  go_on();
  stopped.get();
  const int calls_at_stop = calls;
  EXPECT_EQ(finder_.search_count(), calls_at_stop == 0 ? 1U : 0U);
  waits.reset();
  EXPECT_EQ(finder_.search_count(), 0U);
  EXPECT_EQ(calls, calls_at_stop);
}

}  // namespace
}  // namespace server
