#include "server-min/folder_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "server-min/catalog_entry.h"
#include "server-min/playlist_file.h"
#include "server-min/skipped.h"
#include "server-min/text.h"
#include "server-min/track_tags.h"

namespace server {
namespace {

constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |
                                IN_ONLYDIR | IN_EXCL_UNLINK;

bool is_on_another_machine(int folder) {
  // Some of these have names in headers that are not everywhere.
  constexpr std::array<std::uint32_t, 9> kNetworkTypes = {
      NFS_SUPER_MAGIC,       SMB_SUPER_MAGIC,       0xFE534D42 /* smb2 */,
      0xFF534D42 /* cifs */, 0x00C36400 /* ceph */, V9FS_MAGIC,
      AFS_SUPER_MAGIC,       0x6B414653 /* kafs */, CODA_SUPER_MAGIC};
  struct statfs status = {};
  if (::fstatfs(folder, &status) != 0) return false;
  const auto type = static_cast<std::uint32_t>(status.f_type);
  return std::find(kNetworkTypes.begin(), kNetworkTypes.end(), type) != kNetworkTypes.end();
}

bool is_of_interest(const std::string& name) {
  if (name.empty() || name.front() == '.') return false;
  return format_of_name(name) || is_foreign_audio_name(name) || is_playlist_name(name);
}

}  // namespace

void FolderChanges::add(const std::string& folder, bool with_inner) {
  bool& known = folders[folder];
  known = known || with_inner;
  if (folders.size() > FolderWatch::kChangeCountMax) {
    folders.clear();
    everything = true;
  }
}

void FolderChanges::add(const FolderChanges& others) {
  everything = everything || others.everything;
  for (const auto& [folder, with_inner] : others.folders) add(folder, with_inner);
}

FolderWatch::FolderWatch(std::size_t watch_count_max)
    : watch_count_max_(watch_count_max), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!inotify_.valid()) gap_ = "The system gives no watch on folders";
}

void FolderWatch::add(const std::string& path, int folder) {
  if (!inotify_.valid()) return;
  if (is_on_another_machine(folder)) return note_gap("Folders on other machines cannot be watched");
  const std::lock_guard lock(mutex_);
  if (paths_.size() >= watch_count_max_) return note_gap("There are more folders than are watched");
  const std::string self = "/proc/self/fd/" + std::to_string(folder);
  const int watch = ::inotify_add_watch(inotify_.get(), self.c_str(), kMask);
  if (watch >= 0) {
    paths_[watch] = path;  // The same watch, when the folder was watched under another path.
  } else if (errno == ENOSPC) {
    note_gap("The system allows no more watches on folders (fs.inotify.max_user_watches)");
  }
}

void FolderWatch::note_gap(const char* why) {
  const std::lock_guard lock(gap_mutex_);
  if (gap_.empty()) gap_ = why;
}

std::string FolderWatch::gap() const {
  const std::lock_guard lock(gap_mutex_);
  return gap_;
}

std::size_t FolderWatch::watch_count() const {
  const std::lock_guard lock(mutex_);
  return paths_.size();
}

// What was moved away goes on being told of under its old path; where it is now is found there.
void FolderWatch::leave_below(const std::string& folder) {
  for (const auto& [watch, path] : paths_) {
    if (path == folder || path.starts_with(folder + '/')) {
      ::inotify_rm_watch(inotify_.get(), watch);  // IN_IGNORED follows.
    }
  }
}

void FolderWatch::take_event(int watch, std::uint32_t mask, const std::string& name,
                             FolderChanges& changes) {
  if ((mask & IN_UNMOUNT) != 0) changes.everything = true;
  const auto found = paths_.find(watch);
  if (found == paths_.end()) return;
  if ((mask & IN_IGNORED) != 0) {
    paths_.erase(found);
    return;
  }
  const std::string folder = found->second;
  const bool is_about_names = (mask & (IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM)) != 0;
  // Without a dot in its name, what comes or goes may be a link to a folder.
  const bool may_be_link = is_about_names && extension_of(name).empty();
  if ((mask & IN_ISDIR) != 0 && !name.empty()) {
    if (name.front() == '.') return;
    const std::string inner = path_in(folder, name);
    if ((mask & (IN_MOVED_FROM | IN_MOVED_TO)) != 0) leave_below(inner);
    changes.add(folder, false);
    changes.add(inner, true);
  } else if (name.empty() || is_of_interest(name) || may_be_link) {
    changes.add(folder, false);
  }
}

// What was lost may have said which watches have ended; their paths would stay for ever. The look
// over everything that follows adds all that are needed. The number of the descriptor stays, for
// who waits for it.
void FolderWatch::begin_anew() {
  const UniqueFd anew(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!anew.valid() || ::dup3(anew.get(), inotify_.get(), O_CLOEXEC) < 0) return;
  paths_.clear();
  const std::lock_guard lock(gap_mutex_);
  gap_.clear();
}

FolderChanges FolderWatch::take() {
  FolderChanges changes;
  if (!inotify_.valid()) return changes;
  const std::lock_guard lock(mutex_);
  alignas(struct inotify_event) std::array<char, 64 * 1024> buffer{};
  bool has_lost = false;
  while (true) {
    const ssize_t size = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (size <= 0) break;  // EAGAIN, most of the time.
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      struct inotify_event event = {};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* name = buffer.data() + at + sizeof(event);
      has_lost = has_lost || (event.mask & IN_Q_OVERFLOW) != 0;
      take_event(event.wd, event.mask, std::string(name, ::strnlen(name, event.len)), changes);
      at += sizeof(event) + event.len;
    }
  }
  if (has_lost) {
    changes.everything = true;
    begin_anew();
  }
  return changes;
}

}  // namespace server
