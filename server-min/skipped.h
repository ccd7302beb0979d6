// What a scan passes over, and why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// Numbers are kept in the catalog: never renumbered.
enum class SkipReason {
  kUnsupportedFormat = 0,
  kUnreadableFile = 1,
  kUnreadableFolder = 2,
  kLinkedFolder = 3,      ///< To a folder that is listed where it lies.
  kLinkLeadsNowhere = 4,  ///< To what is not there, or lies outside of the music folders.
  kTooDeep = 5,
  kTooMany = 6,
  kSeenTwice = 7,  ///< A folder that is another one's, or that it lies in itself, by a mount.
};
inline constexpr int kSkipReasonCount = 8;

/// The stable name of a reason, for programs.
std::string_view name_of(SkipReason reason);
/// The reason in words.
std::string_view words_for(SkipReason reason);

/// True for names of audio files of formats that are not played (yet): they are worth a word, as
/// pictures and texts are not.
bool is_foreign_audio_name(std::string_view file_name);

struct SkippedFile {
  std::string relative_path;
  SkipReason reason = SkipReason::kUnsupportedFormat;

  bool operator==(const SkippedFile&) const = default;
};

/// Bounds what is listed; all are counted.
inline constexpr std::size_t kSkippedListedMax = 10'000;

}  // namespace server
