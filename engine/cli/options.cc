#include "engine/cli/options.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace engine::cli {
namespace {

struct CommandName {
  std::string_view name;
  Command command;
};
constexpr std::array<CommandName, 9> kCommands{{{"render", Command::kRender},
                                                {"chunk", Command::kChunk},
                                                {"pcm", Command::kPcm},
                                                {"analyze", Command::kAnalyze},
                                                {"info", Command::kInfo},
                                                {"help", Command::kHelp},
                                                {"--help", Command::kHelp},
                                                {"-h", Command::kHelp},
                                                {"--version", Command::kVersion}}};

std::optional<double> parse_number(const std::string& text) {
  errno = 0;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || errno != 0 || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(const std::string& text) {
  errno = 0;
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || errno != 0) return std::nullopt;
  return value;
}

std::optional<std::size_t> index_of(std::string_view value,
                                    std::span<const std::string_view> names) {
  const auto found = std::find(names.begin(), names.end(), value);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

// "a, b or c".
std::string one_of(std::span<const std::string_view> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::optional<std::string> set_choice(Options& options, std::string_view name,
                                      const std::string& value) {
  if (name == "--preset") {
    const auto index = index_of(value, kPresetNames);
    if (!index) return one_of(kPresetNames);
    options.settings.preset = static_cast<Preset>(*index);
  } else if (name == "--compare") {
    const auto index = index_of(value, kCompareNames);
    if (!index) return one_of(kCompareNames);
    options.settings.compare = static_cast<Compare>(*index);
  } else {
    const auto index = index_of(value, kLevelNames);
    if (!index) return one_of(kLevelNames);
    options.settings.level = static_cast<Level>(*index);
    options.level_given = true;
  }
  return std::nullopt;
}

// Where the value of an option that takes a file's name goes; nullptr for other options.
std::string* path_of(Options& options, std::string_view name) {
  if (name == "-o" || name == "--output") return &options.output;
  if (name == "--profile") return &options.profile_path;
  if (name == "--report") return &options.report_path;
  return nullptr;
}

// One option's value into `options`. What the value must be, when it is not.
std::optional<std::string> set_value(Options& options, std::string_view name,
                                     const std::string& value) {
  if (std::string* path = path_of(options, name)) {
    if (value.empty()) return "the name of a file";
    *path = value;
    return std::nullopt;
  }
  if (name == "--preset" || name == "--level" || name == "--compare") {
    return set_choice(options, name, value);
  }
  if (name == "--index") {
    options.chunk = parse_integer(value);
    if (options.chunk && *options.chunk >= 0) return std::nullopt;
    return "a whole number from 0 on";
  }
  const std::optional<double> number = parse_number(value);
  if (name == "--intensity") {
    if (!number || *number < 0 || *number > 1) return "a number from 0 to 1";
    options.settings.intensity_percent = static_cast<int>(std::lround(*number * 100));
  } else if (name == "--album-loudness") {
    if (!number || *number < -70 || *number > 5) return "LUFS from -70 to 5";
    options.settings.album_loudness_mlufs = static_cast<int>(std::lround(*number * 1000));
    options.album_loudness_given = true;
  } else if (name == "--bitrate") {
    if (!number || *number * 1000 < kBitrateBpsMin || *number * 1000 > kBitrateBpsMax) {
      return "kbit/s from 32 to 510";
    }
    options.bitrate_bps = static_cast<int>(std::lround(*number * 1000));
  } else if (name == "--start") {
    if (!number || *number < 0 || *number > 1e9) return "seconds from 0 on";
    options.start_s = *number;
  } else {
    if (!number || *number <= 0 || *number > 1e9) return "seconds above 0";
    options.duration_s = *number;
  }
  return std::nullopt;
}

bool takes_value(std::string_view name) {
  for (const std::string_view known :
       {"-o", "--output", "--profile", "--preset", "--index", "--intensity", "--bitrate", "--start",
        "--duration", "--level", "--album-loudness", "--compare", "--report"}) {
    if (name == known) return true;
  }
  return false;
}

bool set_flag(Options& options, std::string_view name) {
  if (name == "--original") {
    options.settings.enhanced = false;
  } else if (name == "--json") {
    options.json = true;
  } else if (name == "--full") {
    options.full = true;
  } else if (name == "--init") {
    options.init = true;
  } else if (name == "--lead") {
    options.lead = true;
  } else {
    return false;
  }
  return true;
}

// Of what only render and pcm take: more than one input.
std::optional<UsageError> wrong_join(const Options& options) {
  using Detail = ProgramErrorDetail;
  if (options.more_inputs.empty()) return std::nullopt;
  if (options.command != Command::kRender && options.command != Command::kPcm) {
    return UsageError{Detail::kExtraInput,
                      "more than one input file: '" + options.more_inputs.front() + "'"};
  }
  for (const std::string& input : options.inputs()) {
    if (input == "-")
      return UsageError{Detail::kExtraInput, "standard input is joined to no other"};
  }
  if (!options.profile_path.empty()) {
    return UsageError{Detail::kOptionConflict, "--profile is for one input file"};
  }
  return std::nullopt;
}

std::optional<UsageError> missing_part(const Options& options) {
  using Detail = ProgramErrorDetail;
  if (options.command == Command::kHelp || options.command == Command::kVersion) {
    return std::nullopt;
  }
  const bool init_only = options.command == Command::kChunk && options.init;
  if (options.input.empty() && !init_only) {
    return UsageError{Detail::kNoInput, "no input file given"};
  }
  if (auto wrong = wrong_join(options)) return wrong;
  const bool writes = options.command != Command::kAnalyze && options.command != Command::kInfo;
  if (writes && options.output.empty()) {
    return UsageError{Detail::kNoOutput, "no output file given: add -o FILE"};
  }
  if (options.command == Command::kChunk && !options.init && !options.chunk) {
    return UsageError{Detail::kNoIndex, "chunk needs --index N (or --init)"};
  }
  if (options.lead && (options.command != Command::kChunk || options.chunk != 0)) {
    return UsageError{Detail::kOptionConflict, "--lead belongs to chunk --index 0"};
  }
  if (options.album_loudness_given != (options.settings.level == Level::kAlbum)) {
    return UsageError{Detail::kOptionConflict,
                      "--level album and --album-loudness LUFS go together"};
  }
  if (!options.report_path.empty() && options.command != Command::kRender) {
    return UsageError{Detail::kOptionConflict, "--report belongs to render"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> Options::inputs() const {
  std::vector<std::string> all{input};
  all.insert(all.end(), more_inputs.begin(), more_inputs.end());
  return all;
}

std::variant<Options, UsageError> parse_options(std::span<const char* const> arguments) {
  using Detail = ProgramErrorDetail;
  Options options;
  if (arguments.empty()) return UsageError{Detail::kNoCommand, "no command given"};
  const std::string command = arguments[0];
  bool found = false;
  for (const CommandName& known : kCommands) {
    if (known.name != command) continue;
    options.command = known.command;
    found = true;
  }
  if (!found) return UsageError{Detail::kUnknownCommand, "unknown command '" + command + "'"};

  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (takes_value(argument)) {
      if (i + 1 == arguments.size()) {
        return UsageError{Detail::kOptionValue, argument + " needs a value"};
      }
      const std::string value = arguments[++i];
      if (const auto wanted = set_value(options, argument, value)) {
        return UsageError{Detail::kOptionValue,
                          argument + " takes " + *wanted + ", not '" + value + "'"};
      }
    } else if (argument == "--help" || argument == "-h") {
      options.command = Command::kHelp;
      return options;
    } else if (argument.size() > 1 && argument[0] == '-') {
      if (!set_flag(options, argument)) {
        return UsageError{Detail::kUnknownOption, "unknown option " + argument};
      }
    } else if (options.input.empty()) {
      options.input = argument;
    } else {
      options.more_inputs.push_back(argument);
    }
  }
  // What asks for the original and for nothing else gets its very samples.
  if (!options.settings.enhanced && !options.level_given) options.settings.level = Level::kOff;
  if (auto missing = missing_part(options)) return std::move(*missing);
  return options;
}

const char* const kHelpText =
    "Usage: auralis COMMAND IN [options]\n"
    "\n"
    "  render IN... -o OUT.webm  the enhanced track as a seekable WebM file\n"
    "  chunk IN --index N -o OUT the bytes that a browser appends for chunk N (2 s)\n"
    "  chunk --init -o OUT       the init segment in front of them\n"
    "  pcm IN... -o OUT.wav      what enters the encoder, 32-bit float WAV\n"
    "  analyze IN                loudness, peak, and the plan of each preset\n"
    "  info IN                   container, codec, rate, length, tags\n"
    "\n"
    "IN is a WAV, FLAC or MP3 file; - is standard input or output. Several files are joined\n"
    "without a gap, each with a plan of its own.\n"
    "\n"
    "  --preset NAME      adaptive (default), gentle, warm, bright, punchy\n"
    "  --intensity X      0 (unchanged) to 1 (full, default)\n"
    "  --level WHAT       bring the track (default) or its album to the preset's loudness, or off\n"
    "  --album-loudness L loudness of the album's loudest track, LUFS (with --level album)\n"
    "  --compare WHAT     enhanced, original: the louder one is attenuated to the other (off)\n"
    "  --original         do not enhance; with --level: turned down to be as loud as the enhanced\n"
    "                     track, never up, and no peak above the preset's ceiling\n"
    "  --lead             chunk 0: its first cluster with the packet in front that hides a join\n"
    "  --bitrate KBITS    Opus bit rate, 32 to 510 (default 192)\n"
    "  --start S          render, pcm: from this second on\n"
    "  --duration S       render, pcm: so many seconds\n"
    "  --report FILE      render: what every stage did, as JSON\n"
    "  --profile FILE     use a profile that analyze --json wrote\n"
    "  --full             analyze: the whole track instead of probes\n"
    "                     info: read all of it, so that every warning is told\n"
    "  --json             one JSON object on standard output, also of a failure:\n"
    "                     {\"error\":{\"code\",\"detail\",\"message\",\"byte_offset\",\"file\"}}\n"
    "  --version          the version\n"
    "\n"
    "An output never replaces what is read, and takes its name only when it is complete.\n"
    "\n"
    "Exit codes: 0 done; 2 usage; 3 unsupported or corrupt input; 4 input or output failed.\n"
    "docs/errors.md lists the codes and details of failures, and the warnings.\n";

}  // namespace engine::cli
