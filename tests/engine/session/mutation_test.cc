// Damaged files of every format, as `auralis info` and `auralis pcm` read them: each ends as a
// success or as an error with a name, within bounds of steps, memory and output.
//
// The seeds are fixed. A failure names base and seed; Mutator(seed).mutate(base) is the file.
#include <cstdlib>

#include <gtest/gtest.h>

#include "engine/session/session.h"
#include "tests/support/mutations.h"

namespace engine {
namespace {

using testing::MutationBase;

constexpr unsigned kMutationsOfEachFormat = 500;
// The longest base has five seconds and takes 76 steps.
constexpr int kStepsMax = 1'000;
constexpr FrameCount kFramesMax = 60 * kOutputRateHz;

struct Outcome {
  bool opened = false;
  std::optional<Error> error;
  FrameCount frames = 0;
  int steps = 0;
  const char* broken = nullptr;  // A bound or a law that did not hold.
};

// What `pcm` does from chunk `first_chunk` on; the first event is all that `info` does.
Outcome read_through(std::span<const std::byte> file, std::int64_t first_chunk) {
  SessionOptions options;
  options.output = SessionOutput::kPcm;
  Session session(options);
  Outcome outcome;
  if (!session.set_source_size(file.size())) outcome.broken = "the size was refused";
  std::int64_t chunk = first_chunk;
  for (; outcome.broken == nullptr; ++outcome.steps) {
    if (outcome.steps > kStepsMax) outcome.broken = "too many steps";
    if (outcome.frames > kFramesMax) outcome.broken = "too much output";
    if (session.source_bytes_held() > file.size()) outcome.broken = "more held than there is";
    Result<Event> event = session.advance();
    if (!event) {
      outcome.error = event.error();
      break;
    }
    if (const auto* need = std::get_if<NeedRanges>(&*event)) {
      for (const ByteRange& range : need->ranges) {
        if (range.empty() || range.end > file.size()) {
          outcome.broken = "asked for what is not there";
          break;
        }
        const auto run = file.subspan(static_cast<std::size_t>(range.begin),
                                      static_cast<std::size_t>(range.size()));
        if (!session.supply(range.begin, run)) outcome.broken = "bytes were refused";
      }
    }
    if (std::holds_alternative<TrackReady>(*event)) outcome.opened = true;
    if (std::holds_alternative<EndOfTrack>(*event)) break;
    if (const auto* pcm = std::get_if<PcmReady>(&*event)) {
      outcome.frames += pcm->frames.frames();
      if (pcm->last_of_track) break;
    }
    if (std::holds_alternative<Idle>(*event) && !session.request_chunk(chunk++)) {
      outcome.broken = "a chunk was refused";
    }
  }
  return outcome;
}

class MutationTest : public ::testing::Test {
 protected:
  // AURALIS_MUTATION_SEED: only this one, for a debugger.
  void run(const std::vector<MutationBase>& bases, unsigned first_seed) {
    const char* wanted = std::getenv("AURALIS_MUTATION_SEED");
    int opened = 0;
    int refused = 0;
    int steps_max = 0;
    for (const MutationBase& base : bases) {
      const Outcome whole = read_through(base.bytes, 0);
      EXPECT_TRUE(whole.opened && !whole.error && whole.broken == nullptr) << base.name;
    }
    for (unsigned i = 0; i < kMutationsOfEachFormat; ++i) {
      const unsigned seed = first_seed + i;
      if (wanted != nullptr && std::atoi(wanted) != static_cast<int>(seed)) continue;
      const MutationBase& base = bases[i % bases.size()];
      const auto file = testing::Mutator(seed).mutate(base);
      const Outcome outcome = read_through(file, seed % 4 == 0 ? 1 : 0);
      opened += outcome.opened ? 1 : 0;
      refused += outcome.error ? 1 : 0;
      steps_max = std::max(steps_max, outcome.steps);
      EXPECT_EQ(outcome.broken, nullptr)
          << outcome.broken << ": " << base.name << ", seed " << seed;
      if (!outcome.error) continue;
      EXPECT_NE(outcome.error->code(), ErrorCode::kInvalidArgument)
          << facts_of(outcome.error->detail).name << ": " << base.name << ", seed " << seed;
      EXPECT_LE(outcome.error->byte_offset, file.size()) << base.name << ", seed " << seed;
    }
    RecordProperty("opened", opened);
    RecordProperty("refused", refused);
    RecordProperty("steps_max", steps_max);
    if (wanted != nullptr) return;
    // Else the mutations would be too harsh, or too mild, to find anything.
    EXPECT_GT(opened, static_cast<int>(kMutationsOfEachFormat) / 2);
    EXPECT_GT(refused, static_cast<int>(kMutationsOfEachFormat) / 50);
  }
};

TEST_F(MutationTest, WavFilesEndInOrder) {
  run(testing::wav_mutation_bases(), 10'000);
}

TEST_F(MutationTest, FlacFilesEndInOrder) {
  run(testing::flac_mutation_bases(), 20'000);
}

TEST_F(MutationTest, Mp3FilesEndInOrder) {
  run(testing::mp3_mutation_bases(), 30'000);
}

}  // namespace
}  // namespace engine
