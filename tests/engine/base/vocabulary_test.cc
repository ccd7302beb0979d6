#include "engine/base/vocabulary.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace engine {
namespace {

// Names are keys in JSON and on the command line.
bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

template <typename Names>
void expect_names(const Names& names) {
  std::set<std::string> seen;
  for (const std::string_view name : names) {
    EXPECT_TRUE(is_name(name)) << name;
    EXPECT_TRUE(seen.insert(std::string(name)).second) << name << " stands twice";
  }
}

TEST(VocabularyTest, NamesAreUniqueInTheirTable) {
  expect_names(kContainerNames);
  expect_names(kCodecNames);
  expect_names(kPresetNames);
  expect_names(kLevelNames);
  expect_names(kCompareNames);
  expect_names(kStageNames);
  expect_names(kGainLimitNames);
  expect_names(kErrorCodeNames);
  expect_names(kTrackWarningNames);
  std::set<std::string> details;
  for (const ErrorFacts& facts : kErrorFacts) {
    EXPECT_TRUE(is_name(facts.name)) << facts.name;
    EXPECT_TRUE(details.insert(std::string(facts.name)).second) << facts.name << " stands twice";
  }
}

TEST(VocabularyTest, EveryDetailHasOneLineOfWords) {
  for (const ErrorFacts& facts : kErrorFacts) {
    const std::string words = facts.words;
    EXPECT_FALSE(words.empty()) << facts.name;
    EXPECT_EQ(words.find('\n'), std::string::npos) << facts.name;
    EXPECT_NE(words.back(), '.') << facts.name;
  }
}

TEST(VocabularyTest, RowsAreFoundByTheirSymbol) {
  EXPECT_EQ(name_of(Container::kMp3), "mp3");
  EXPECT_EQ(facts_of(Container::kWav).extensions, "wav wave");
  EXPECT_EQ(name_of(GainLimit::kCrestCap), "crest-cap");
  EXPECT_EQ(facts_of(ErrorDetail::kNotAudio).name, "not-audio");
  EXPECT_EQ(facts_of(ErrorDetail::kNothingToRender).code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace engine
