// What happens when there is no memory.

#include <fcntl.h>

#include <gtest/gtest.h>

#include "server-min/artwork.h"
#include "server-min/library.h"
#include "server-min/track_tags.h"
#include "server-min/unique_fd.h"
#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/failing_allocation.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

TEST(OutOfMemoryTest, LookingForACoverWhileTagsAreReadThrowsNothing) {
  TempFolder folder;
  const std::string frame = make_id3_frame(3, "APIC", make_apic(make_png()));
  folder.write("a.mp3", make_id3_tag(3, 0x80, unsynchronise(frame)) + make_mp3(2).substr(10));
  const UniqueFd fd(::open(folder.path_of("a.mp3").c_str(), O_RDONLY));
  const std::size_t before = FailingAllocation::count();
  ASSERT_TRUE(locate_artwork(fd.get(), AudioFormat::kMp3));
  const std::size_t count = FailingAllocation::count() - before;
  ASSERT_GT(count, 0U);
  for (std::size_t n = 1; n <= count; ++n) {
    const FailingAllocation failing(n);
    EXPECT_NO_THROW({
      const TrackTags tags = read_track_tags(fd.get(), AudioFormat::kMp3);
      EXPECT_FALSE(tags.has_artwork) << n;
    }) << n;
    EXPECT_TRUE(failing.has_failed()) << n;
  }
  EXPECT_TRUE(read_track_tags(fd.get(), AudioFormat::kMp3).has_artwork);
}

TEST(OutOfMemoryTest, AScanWithoutAnyMemoryEndsAndTheNextOneIsWhole) {
  TempFolder folder;
  folder.write("a.wav", make_wav(0.1));
  Library library(folder.path(), Catalog::in_memory());
  std::size_t failed_count = 0;
  while (true) {
    bool has_failed = false;
    {
      const FailingAllocation failing(failed_count + 1, FailingAllocation::Which::kAllFromThere);
      library.rescan();
      has_failed = failing.has_failed();
    }
    if (!has_failed) break;
    ++failed_count;
    // Behind a scan that is whole nothing but the telling of it can fail.
    const ScanReport report = library.report();
    EXPECT_TRUE(!report.problem.empty() || report.track_count == 1) << failed_count;
    EXPECT_FALSE(report.scanning) << failed_count;
  }
  EXPECT_GT(failed_count, 5U);
  library.rescan();
  EXPECT_EQ(library.report().problem, "");
  EXPECT_EQ(library.report().track_count, 1U);
}

}  // namespace
}  // namespace server
