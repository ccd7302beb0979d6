// What several commands share: a session over the input file, set up from the options.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "engine/base/json_writer.h"
#include "engine/base/track_warnings.h"
#include "engine/cli/file_driver.h"
#include "engine/cli/options.h"
#include "engine/cli/output_file.h"
#include "engine/cli/output_target.h"
#include "engine/cli/plan_words.h"
#include "engine/cli/source_file.h"
#include "engine/session/session.h"

namespace engine::cli {

/// Standard output where --json takes it, and nothing else yet.
FileClaims claims_of(const Options& options);

/// Applies --original, --preset, --intensity and --profile to `session`. A profile's file is
/// claimed.
std::optional<Failure> configure_session(Session& session, const Options& options,
                                         FileClaims& claims);

/// Opens the file at `path`, which no output may replace from then on.
std::variant<SourceFile, Failure> open_source(const std::string& path, FileClaims& claims);

/// Claims what `path`, the value of `option`, leads to.
std::variant<OutputTarget, Failure> claim_output(const std::string& path, const std::string& option,
                                                 FileClaims& claims);
/// The same, where nothing else is to be claimed, and begins to write.
std::variant<OutputFile, Failure> open_output(const Options& options, FileClaims& claims);

/// What was noticed of the track in `file`, a line each on standard error.
void print_warnings(const std::string& file, TrackWarnings warnings);
/// The same as the member "warnings" of an open object: a list of {"name", "words"}.
void write_warnings(JsonWriter& json, TrackWarnings warnings);

/// Seconds as frames at 48 kHz, to the nearest frame.
FrameCount to_frames(double seconds);
double to_seconds(FrameCount frames);

/// Prints one line on standard output.
void print_line(const std::string& text);

/// A progress bar on standard error, when that is a terminal; else nothing.
class ProgressBar {
 public:
  explicit ProgressBar(const std::string& label);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();
  void update(FrameCount done, FrameCount total);

 private:
  std::string label_;
  bool active_ = false;
  int shown_percent_ = -1;
};

}  // namespace engine::cli
