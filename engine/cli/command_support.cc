#include "engine/cli/command_support.h"

#include <cmath>
#include <cstdio>
#include <string_view>
#include <unistd.h>

#include "engine/enhance/track_profile.h"

namespace engine::cli {
namespace {

constexpr std::uint64_t kProfileBytesMax = 64 << 10;

std::optional<Failure> load_profile(Session& session, const std::string& path) {
  auto file = SourceFile::open(path);
  if (auto* failure = std::get_if<Failure>(&file)) return *failure;
  const auto& source = std::get<SourceFile>(file);
  if (source.size_bytes() > kProfileBytesMax) return Failure{kExitInput, path + ": not a profile"};
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
  if (!profile) {
    return Failure{kExitInput,
                   path + ": not a profile of this version: " + profile.error().words()};
  }
  session.set_profile(*profile);
  return std::nullopt;
}

}  // namespace

std::optional<Failure> configure_session(Session& session, const Options& options) {
  if (!options.profile_path.empty()) {
    if (auto failure = load_profile(session, options.profile_path)) return failure;
  }
  const auto settings = options.original ? std::nullopt : std::optional(options.settings);
  if (const Status status = session.set_enhancement(settings); !status) {
    return Failure{kExitUsage, status.error().words()};
  }
  return std::nullopt;
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
