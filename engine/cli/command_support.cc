#include "engine/cli/command_support.h"

#include <cmath>
#include <cstdio>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "engine/enhance/track_profile.h"

namespace engine::cli {
namespace {

constexpr std::uint64_t kProfileBytesMax = 64 << 10;

std::optional<Failure> load_profile(Session& session, const std::string& path, FileClaims& claims) {
  auto file = open_source(path, claims);
  if (auto* failure = std::get_if<Failure>(&file)) return *failure;
  const auto& source = std::get<SourceFile>(file);
  if (source.size_bytes() > kProfileBytesMax) {
    return engine_failure({ErrorDetail::kProfileSyntax, kProfileBytesMax}, path);
  }
  auto bytes = source.read({0, source.size_bytes()});
  if (auto* failure = std::get_if<Failure>(&bytes)) return *failure;
  std::string text;
  for (const std::byte value : std::get<0>(bytes)) text.push_back(static_cast<char>(value));
  // What `analyze --json` prints holds the (flat) profile as a member.
  constexpr std::string_view kMember = "{\"profile\":";
  if (text.compare(0, kMember.size(), kMember) == 0) {
    text = text.substr(kMember.size(), text.find('}') + 1 - kMember.size());
  }
  const auto profile = profile_from_json(text);
  if (!profile) return engine_failure(profile.error(), path);
  session.set_profile(*profile);
  return std::nullopt;
}

}  // namespace

FileClaims claims_of(const Options& options) {
  FileClaims claims;
  if (options.json) claims.take_standard_output("--json");
  return claims;
}

std::optional<Failure> configure_session(Session& session, const Options& options,
                                         FileClaims& claims) {
  if (!options.profile_path.empty()) {
    if (auto failure = load_profile(session, options.profile_path, claims)) return failure;
  }
  if (const Status status = session.set_enhancement(options.settings); !status) {
    return engine_failure(status.error(), options.input);
  }
  return std::nullopt;
}

std::variant<SourceFile, Failure> open_source(const std::string& path, FileClaims& claims) {
  auto opened = SourceFile::open(path);
  if (const auto* file = std::get_if<SourceFile>(&opened)) claims.add_source(*file);
  return opened;
}

std::variant<OutputTarget, Failure> claim_output(const std::string& path, const std::string& option,
                                                 FileClaims& claims) {
  auto resolved = OutputTarget::resolve(path);
  if (auto* target = std::get_if<OutputTarget>(&resolved)) {
    if (auto failure = claims.add_output(*target, option)) return *failure;
  }
  return resolved;
}

std::variant<OutputFile, Failure> open_output(const Options& options, FileClaims& claims) {
  auto target = claim_output(options.output, "-o", claims);
  if (auto* failure = std::get_if<Failure>(&target)) return *failure;
  return OutputFile::create(std::get<OutputTarget>(std::move(target)));
}

void print_warnings(const std::string& file, TrackWarnings warnings) {
  warnings.for_each([&](TrackWarning warning) {
    std::fprintf(stderr, "auralis: %s: warning: %s\n", file.c_str(), words_of(warning));
  });
}

void write_warnings(JsonWriter& json, TrackWarnings warnings) {
  json.key("warnings");
  json.begin_array();
  warnings.for_each([&](TrackWarning warning) {
    json.begin_object();
    json.member("name", name_of(warning));
    json.member("words", words_of(warning));
    json.end_object();
  });
  json.end_array();
}

FrameCount to_frames(double seconds) {
  return std::llround(seconds * kOutputRateHz);
}

double to_seconds(FrameCount frames) {
  return static_cast<double>(frames) / kOutputRateHz;
}

void print_line(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fputc('\n', stdout);
}

ProgressBar::ProgressBar(const std::string& label)
    : label_(label), active_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (active_ && shown_percent_ >= 0) std::fputs("\r\033[K", stderr);
}

void ProgressBar::update(FrameCount done, FrameCount total) {
  if (!active_ || total <= 0) return;
  const int percent = static_cast<int>(done * 100 / total);
  if (percent == shown_percent_) return;
  shown_percent_ = percent;
  constexpr int kWidth = 40;
  const int filled = percent * kWidth / 100;
  const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(kWidth - filled), '.');
  std::fprintf(stderr, "\r%s [%s] %3d %%", label_.c_str(), bar.c_str(), percent);
  std::fflush(stderr);
}

}  // namespace engine::cli
