#include "engine/cli/options.h"

#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

namespace engine::cli {
namespace {

std::variant<Options, UsageError> parse(std::initializer_list<const char*> arguments) {
  return parse_options(std::vector<const char*>(arguments));
}

Options good(std::initializer_list<const char*> arguments) {
  const auto parsed = parse(arguments);
  const auto* error = std::get_if<UsageError>(&parsed);
  EXPECT_EQ(error, nullptr) << error->message;
  return error == nullptr ? std::get<Options>(parsed) : Options{};
}

std::string bad(std::initializer_list<const char*> arguments) {
  const auto parsed = parse(arguments);
  const auto* error = std::get_if<UsageError>(&parsed);
  return error == nullptr ? "no error" : error->message;
}

TEST(OptionsTest, ReadsEveryOption) {
  const Options options =
      good({"render", "in.wav", "-o", "out.webm", "--preset", "warm", "--intensity", "0.35",
            "--bitrate", "128", "--start", "1.5", "--duration", "3", "--json"});
  EXPECT_EQ(options.command, Command::kRender);
  EXPECT_EQ(options.input, "in.wav");
  EXPECT_EQ(options.output, "out.webm");
  EXPECT_EQ(options.settings, (EnhancementSettings{Preset::kWarm, 35}));
  EXPECT_EQ(options.bitrate_bps, 128'000);
  EXPECT_EQ(options.start_s, 1.5);
  EXPECT_EQ(options.duration_s, 3.0);
  EXPECT_TRUE(options.json);
  EXPECT_TRUE(options.settings.enhanced);
}

TEST(OptionsTest, ReadsLevelCompareAndReport) {
  const Options options =
      good({"render", "in.wav", "-o", "out.webm", "--level", "album", "--album-loudness", "-15.25",
            "--compare", "enhanced", "--report", "r.json"});
  EXPECT_EQ(options.settings.level, Level::kAlbum);
  EXPECT_EQ(options.settings.album_loudness_mlufs, -15250);
  EXPECT_EQ(options.settings.compare, Compare::kEnhanced);
  EXPECT_EQ(options.report_path, "r.json");
  EXPECT_EQ(good({"pcm", "a", "-o", "b", "--level", "off"}).settings.level, Level::kOff);
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--level", "loud"}),
            "--level takes off, track or album, not 'loud'");
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--level", "album"}),
            "--level album and --album-loudness LUFS go together");
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--album-loudness", "-14"}),
            "--level album and --album-loudness LUFS go together");
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--compare", "both"}),
            "--compare takes off, enhanced or original, not 'both'");
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--report", "r"}), "--report belongs to render");
}

TEST(OptionsTest, TheOriginalHasALevelOnlyWhereItIsAskedFor) {
  const Options untouched = good({"render", "in.wav", "-o", "out.webm", "--original"});
  EXPECT_FALSE(untouched.settings.enhanced);
  EXPECT_EQ(untouched.settings.level, Level::kOff);
  EXPECT_FALSE(needs_plan(untouched.settings));
  for (const auto& options : {good({"pcm", "a", "-o", "b", "--original", "--level", "track"}),
                              good({"pcm", "a", "-o", "b", "--level", "track", "--original"})}) {
    EXPECT_FALSE(options.settings.enhanced);
    EXPECT_EQ(options.settings.level, Level::kTrack);
    EXPECT_TRUE(needs_plan(options.settings));
  }
  EXPECT_EQ(good({"analyze", "a", "--original", "--level", "album", "--album-loudness", "-9"})
                .settings.level,
            Level::kAlbum);
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--original", "--album-loudness", "-9"}),
            "--level album and --album-loudness LUFS go together");
}

TEST(OptionsTest, IntensityZeroIsZero) {
  EXPECT_EQ(good({"pcm", "a", "-o", "b", "--intensity", "0"}).settings.intensity_percent, 0);
}

TEST(OptionsTest, SingleDashIsAFile) {
  const Options options = good({"render", "-", "-o", "-"});
  EXPECT_EQ(options.input, "-");
  EXPECT_EQ(options.output, "-");
}

TEST(OptionsTest, InitNeedsNoInput) {
  EXPECT_TRUE(good({"chunk", "--init", "-o", "init.webm"}).init);
}

TEST(OptionsTest, SaysWhatIsWrong) {
  EXPECT_EQ(bad({}), "no command given");
  EXPECT_EQ(bad({"play"}), "unknown command 'play'");
  EXPECT_EQ(bad({"render", "a"}), "no output file given: add -o FILE");
  EXPECT_EQ(bad({"info"}), "no input file given");
  EXPECT_EQ(bad({"chunk", "a", "-o", "b", "--index", "1", "--lead"}),
            "--lead belongs to chunk --index 0");
  EXPECT_EQ(bad({"render", "a", "-o", "b", "--lead"}), "--lead belongs to chunk --index 0");
  EXPECT_EQ(bad({"chunk", "a", "-o", "b"}), "chunk needs --index N (or --init)");
  EXPECT_EQ(bad({"info", "a", "b"}), "more than one input file: 'b'");
  EXPECT_EQ(bad({"render", "a", "-", "-o", "b"}), "standard input is joined to no other");
  EXPECT_EQ(bad({"pcm", "a", "c", "-o", "b", "--profile", "p"}), "--profile is for one input file");
  EXPECT_EQ(bad({"info", "a", "--loud"}), "unknown option --loud");
  EXPECT_EQ(bad({"render", "a", "-o"}), "-o needs a value");
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--intensity", "1.1"}),
            "--intensity takes a number from 0 to 1, not '1.1'");
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--intensity", "nan"}),
            "--intensity takes a number from 0 to 1, not 'nan'");
  EXPECT_EQ(bad({"pcm", "a", "-o", "b", "--preset", "loud"}),
            "--preset takes adaptive, gentle, warm, bright or punchy, not 'loud'");
  EXPECT_EQ(bad({"chunk", "a", "-o", "b", "--index", "-1"}),
            "--index takes a whole number from 0 on, not '-1'");
  EXPECT_EQ(bad({"render", "a", "-o", "b", "--bitrate", "20"}),
            "--bitrate takes kbit/s from 32 to 510, not '20'");
  EXPECT_EQ(bad({"render", "a", "-o", "b", "--duration", "0"}),
            "--duration takes seconds above 0, not '0'");
}

TEST(OptionsTest, RenderAndPcmTakeManyInputs) {
  const Options options = good({"render", "a", "b", "-o", "out", "c"});
  EXPECT_EQ(options.inputs(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(good({"pcm", "a", "-o", "out"}).inputs(), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace engine::cli
