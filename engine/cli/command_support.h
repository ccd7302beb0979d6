// What several commands share: a session over the input file, set up from the options.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "engine/base/json_writer.h"
#include "engine/cli/file_driver.h"
#include "engine/cli/options.h"
#include "engine/cli/plan_words.h"
#include "engine/cli/source_file.h"
#include "engine/session/session.h"

namespace engine::cli {

/// Applies --original, --preset, --intensity and --profile to `session`.
std::optional<Failure> configure_session(Session& session, const Options& options);

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
