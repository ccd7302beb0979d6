#include "server-min/file_root.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <linux/openat2.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <utility>

#include "server-min/text.h"

namespace server {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// O_NONBLOCK keeps open() from waiting for the writer of a pipe; it does nothing to regular files.
constexpr int kFileFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
constexpr int kFolderFlags = O_RDONLY | O_CLOEXEC | O_DIRECTORY;

bool is_plain_name(const std::string& relative) {
  if (relative.find('\0') != std::string::npos) return false;
  for (const std::string_view component : split(relative, '/')) {
    if (component.empty() || component == "." || component == "..") return false;
  }
  return true;
}

int openat2_beneath(int folder, const char* relative, int flags) {
  struct open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, relative, &how, sizeof(how)));
}

std::int64_t to_nanoseconds(const struct timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * kNanosecondsPerSecond + time.tv_nsec;
}

}  // namespace

std::int64_t FileFacts::modified_seconds() const {
  const std::int64_t seconds = modified_ns / kNanosecondsPerSecond;
  return modified_ns % kNanosecondsPerSecond < 0 ? seconds - 1 : seconds;
}

FileFacts facts_of(const struct stat& status) {
  FileFacts facts;
  facts.size_bytes = static_cast<std::uint64_t>(status.st_size);
  facts.modified_ns = to_nanoseconds(status.st_mtim);
  facts.changed_ns = to_nanoseconds(status.st_ctim);
  facts.inode = status.st_ino;
  return facts;
}

std::optional<std::string> real_path_of(int fd) {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error);
  if (error || !path.is_absolute()) return std::nullopt;
  return path.string();
}

std::optional<std::string> FileRoot::real_path() const {
  return real_path_of(folder_.get());
}

FileRoot::FileRoot(UniqueFd folder, Resolution resolution)
    : folder_(std::move(folder)), resolution_(resolution) {}

std::optional<FileRoot> FileRoot::open(const std::string& path, Resolution resolution) {
  UniqueFd folder(::open(path.c_str(), kFolderFlags));
  if (!folder.valid()) return std::nullopt;
  if (resolution == Resolution::kKernel) {
    const UniqueFd probe(openat2_beneath(folder.get(), ".", kFolderFlags));
    // ENOSYS on kernels before 5.6; EPERM where a container's filter predates the call.
    if (!probe.valid()) resolution = Resolution::kWalk;
  }
  return FileRoot(std::move(folder), resolution);
}

UniqueFd FileRoot::open_by_walk(const std::string& relative, int flags) const {
  const auto components = split(relative, '/');
  UniqueFd folder;
  for (std::size_t i = 0; i + 1 < components.size(); ++i) {
    const std::string name(components[i]);
    const int parent = folder.valid() ? folder.get() : folder_.get();
    UniqueFd next(::openat(parent, name.c_str(), kFolderFlags | O_NOFOLLOW));
    if (!next.valid()) return {};
    folder = std::move(next);
  }
  const std::string name(components.back());
  const int parent = folder.valid() ? folder.get() : folder_.get();
  return UniqueFd(::openat(parent, name.c_str(), flags | O_NOFOLLOW));
}

UniqueFd FileRoot::open_beneath(const std::string& relative, int flags) const {
  if (resolution_ == Resolution::kWalk) return open_by_walk(relative, flags);
  // EAGAIN: a rename raced with the lookup, so that the kernel could not vouch for the result.
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    UniqueFd fd(openat2_beneath(folder_.get(), relative.c_str(), flags));
    if (fd.valid() || errno != EAGAIN) return fd;
  }
  return {};
}

std::optional<OpenFile> FileRoot::open_file(const std::string& relative) const {
  if (!is_plain_name(relative)) return std::nullopt;
  OpenFile file{open_beneath(relative, kFileFlags), {}};
  if (!file.fd.valid()) return std::nullopt;
  struct stat status = {};
  if (::fstat(file.fd.get(), &status) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode)) {
    errno = ENOENT;  // There is something, but no file.
    return std::nullopt;
  }
  file.facts = facts_of(status);
  return file;
}

UniqueFd FileRoot::open_folder(const std::string& relative) const {
  if (relative.empty()) return UniqueFd(::openat(folder_.get(), ".", kFolderFlags));
  if (!is_plain_name(relative)) return {};
  // Links to folders are refused here, so a walk over the folders always ends.
  return open_beneath(relative, kFolderFlags | O_NOFOLLOW);
}

}  // namespace server
