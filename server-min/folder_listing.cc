#include "server-min/folder_listing.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <utility>

#include "server-min/track_tags.h"

namespace server {
namespace {

struct FolderCloser {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

void take_link(FolderListing& listing, const dirent& entry, int folder_fd, std::string path) {
  struct stat target = {};
  if (::fstatat(folder_fd, entry.d_name, &target, 0) == 0 && S_ISDIR(target.st_mode)) {
    const UniqueFd folder(
        ::openat(folder_fd, entry.d_name, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOCTTY));
    auto real_path = folder.valid() ? real_path_of(folder.get()) : std::nullopt;
    listing.links.push_back({std::move(path), real_path.value_or("")});
  } else if (format_of_name(entry.d_name)) {
    listing.files.push_back({entry.d_name, std::nullopt});
  }
}

void take_entry(FolderListing& listing, const dirent& entry, int folder_fd,
                const std::string& prefix) {
  if (entry.d_name[0] == '.') return;
  const bool audio_name = format_of_name(entry.d_name).has_value();
  const bool playlist_name = is_playlist_name(entry.d_name);
  const bool maybe_other =
      entry.d_type == DT_DIR || entry.d_type == DT_UNKNOWN || entry.d_type == DT_LNK;
  if (!audio_name && !playlist_name && !maybe_other) {
    if (entry.d_type == DT_REG && is_foreign_audio_name(entry.d_name)) {
      listing.skipped.push_back({prefix + entry.d_name, SkipReason::kUnsupportedFormat});
    }
    return;
  }
  struct stat status = {};
  // File systems without entry types report DT_UNKNOWN, so the mode decides.
  if (::fstatat(folder_fd, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return;  // Gone since it was listed.
    if (playlist_name && entry.d_type != DT_DIR) return;
    // Who opens it sees that it cannot be read, and that it is there all the same.
    if (audio_name && entry.d_type != DT_DIR) {
      listing.files.push_back({entry.d_name, std::nullopt});
    } else if (entry.d_type != DT_LNK) {
      listing.folders.emplace_back(entry.d_name);
    }
  } else if (S_ISDIR(status.st_mode)) {
    listing.folders.emplace_back(entry.d_name);
  } else if (S_ISLNK(status.st_mode)) {
    take_link(listing, entry, folder_fd, prefix + entry.d_name);
  } else if (playlist_name && S_ISREG(status.st_mode)) {
    const FileFacts facts = facts_of(status);
    listing.playlists.push_back({prefix + entry.d_name, facts.size_bytes, facts.modified_ns});
  } else if (audio_name && S_ISREG(status.st_mode)) {
    listing.files.push_back({entry.d_name, facts_of(status)});
  } else if (S_ISREG(status.st_mode) && is_foreign_audio_name(entry.d_name)) {
    listing.skipped.push_back({prefix + entry.d_name, SkipReason::kUnsupportedFormat});
  }
}

}  // namespace

std::optional<FolderListing> list_folder(UniqueFd fd, const std::string& relative) {
  const std::unique_ptr<DIR, FolderCloser> folder(::fdopendir(fd.get()));
  if (folder == nullptr) return std::nullopt;
  fd.release();  // The DIR owns it now.
  FolderListing listing;
  const std::string prefix = relative.empty() ? "" : relative + "/";
  errno = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    take_entry(listing, *entry, ::dirfd(folder.get()), prefix);
    errno = 0;
  }
  if (errno != 0) return std::nullopt;  // A list that ends early would make files missing.
  return listing;
}

}  // namespace server
