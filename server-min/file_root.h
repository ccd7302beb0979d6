// FileRoot: opens regular files beneath one folder and nothing else.
//
// The kernel resolves names (openat2 with RESOLVE_BENEATH), so neither ".." nor an absolute name
// nor a symbolic link leaves the folder, not even when somebody renames folders meanwhile. On
// kernels without openat2 each folder of the name is opened in turn and every link is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server-min/unique_fd.h"

struct stat;  // From <sys/stat.h>.

namespace server {

/// What fstat says about an open file.
struct FileFacts {
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;  ///< Since 1970 UTC.
  /// The last change of content, name or rights, since 1970 UTC. Programs can set the modification
  /// time back, as taggers do that keep it; this one they cannot.
  std::int64_t changed_ns = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileFacts&) const = default;
  /// Whole seconds since 1970 UTC, rounded towards the past.
  std::int64_t modified_seconds() const;
};

/// The facts out of what stat or fstat filled in.
FileFacts facts_of(const struct stat& status);

struct OpenFile {
  UniqueFd fd;
  FileFacts facts;
};

/// The path of an open file or folder, without links; nothing when that cannot be told.
std::optional<std::string> real_path_of(int fd);

class FileRoot {
 public:
  enum class Resolution {
    kKernel,  ///< openat2, with a fallback to kWalk where the kernel lacks it.
    kWalk,    ///< One openat per path component; symbolic links are refused.
  };

  /// Opens the folder `path`. Nothing when it does not exist, is no folder or may not be read;
  /// errno then says why.
  static std::optional<FileRoot> open(const std::string& path,
                                      Resolution resolution = Resolution::kKernel);

  /// Opens a regular file for reading. `relative` is a name below the root with single slashes;
  /// "", ".", ".." and empty components, NUL and a leading slash are refused. Nothing for folders,
  /// pipes, devices, links that lead outside and everything that cannot be opened. Never blocks on
  /// a pipe.
  std::optional<OpenFile> open_file(const std::string& relative) const;

  /// Opens a folder for listing, by the same rules; "" is the root itself.
  UniqueFd open_folder(const std::string& relative) const;

  /// The path of the folder as it is now, without links; nothing when that cannot be told.
  std::optional<std::string> real_path() const;

 private:
  FileRoot(UniqueFd folder, Resolution resolution);

  UniqueFd open_beneath(const std::string& relative, int flags) const;
  UniqueFd open_by_walk(const std::string& relative, int flags) const;

  UniqueFd folder_;
  Resolution resolution_;
};

}  // namespace server
