// The command line of `auralis`, parsed and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/cli/failure.h"
#include "engine/encode/opus_encoder.h"
#include "engine/enhance/enhancement_settings.h"

namespace engine::cli {

enum class Command : std::uint8_t { kRender, kChunk, kPcm, kAnalyze, kInfo, kHelp, kVersion };

struct Options {
  Command command = Command::kHelp;
  std::string input;                     // "-": standard input.
  std::vector<std::string> more_inputs;  // render, pcm: joined behind it.
  std::string output;                    // "-": standard output.
  EnhancementSettings settings;          // --original without --level has Level::kOff: untouched.
  bool album_loudness_given = false;
  bool level_given = false;
  bool json = false;
  bool full = false;  // analyze, info: all of the file.
  bool init = false;
  bool lead = false;  // chunk: what hides a join in front of chunk 0.
  int bitrate_bps = kBitrateBpsDefault;
  std::optional<std::int64_t> chunk;
  double start_s = 0;
  std::optional<double> duration_s;
  std::string report_path;   // render: what was done, as JSON; empty: none.
  std::string profile_path;  // A profile that `analyze --json` wrote; empty: measure one.

  /// All of them, in order.
  std::vector<std::string> inputs() const;
};

/// What is wrong with the command line.
struct UsageError {
  ProgramErrorDetail detail{};
  std::string message;  // One line.
};

/// `arguments` without the program's name.
std::variant<Options, UsageError> parse_options(std::span<const char* const> arguments);

extern const char* const kHelpText;

}  // namespace engine::cli
