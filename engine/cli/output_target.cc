#include "engine/cli/output_target.h"

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/check.h"

namespace engine::cli {
namespace {

constexpr int kLinksMax = 40;  // As Linux itself follows.

FileIdentity identity_of(const struct stat& facts) {
  return {facts.st_dev, facts.st_ino};
}

// Up to and including the last slash; empty without one.
std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}

// Where `path` leads when its last part is a link, and where that leads, and so on: the file there
// need not exist. An error number otherwise.
std::variant<std::string, int> follow_links(std::string path) {
  for (int i = 0; i < kLinksMax; ++i) {
    std::string link(PATH_MAX, '\0');
    const ssize_t size = readlink(path.c_str(), link.data(), link.size());
    if (size < 0 && errno != EINVAL && errno != ENOENT) return errno;
    if (size < 0) return path;  // No link.
    link.resize(static_cast<std::size_t>(size));
    path = link[0] == '/' ? link : folder_of(path) + link;
  }
  return ELOOP;
}

Failure write_failure(const std::string& path, int error_number) {
  return system_failure(ProgramErrorDetail::kWriteFailed, path, error_number);
}

}  // namespace

OutputTarget::OutputTarget(OutputTarget&& other) noexcept
    : path_(std::move(other.path_)),
      kind_(other.kind_),
      folder_(std::exchange(other.folder_, -1)),
      folder_identity_(other.folder_identity_),
      name_(std::move(other.name_)),
      mode_(other.mode_),
      identity_(other.identity_) {}

OutputTarget::~OutputTarget() {
  if (folder_ >= 0) close(folder_);
}

std::variant<OutputTarget, Failure> OutputTarget::resolve(const std::string& path) {
  OutputTarget target(path);
  if (auto failure = target.find_existing()) return *failure;
  if (target.kind_ == Kind::kFile) {
    if (auto failure = target.find_place()) return *failure;
  }
  return target;
}

std::optional<Failure> OutputTarget::find_existing() {
  struct stat standard {};
  const bool has_standard = fstat(STDOUT_FILENO, &standard) == 0;
  struct stat facts {};
  if (path_ == "-") {
    kind_ = Kind::kStandardOutput;
    if (!has_standard) return write_failure("standard output", errno);
    if (S_ISREG(standard.st_mode)) identity_ = identity_of(standard);
    path_ = "standard output";
    return std::nullopt;
  }
  if (stat(path_.c_str(), &facts) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return write_failure(path_, errno);
  }
  if (S_ISDIR(facts.st_mode)) return file_failure(ProgramErrorDetail::kIsFolder, path_);
  if (S_ISCHR(facts.st_mode)) {
    kind_ = Kind::kStream;
    return std::nullopt;
  }
  if (!S_ISREG(facts.st_mode) && !S_ISFIFO(facts.st_mode)) {
    return file_failure(ProgramErrorDetail::kNotAFile, path_);
  }
  identity_ = identity_of(facts);
  if (has_standard && identity_of(standard) == *identity_) {
    kind_ = Kind::kStandardOutput;
    return std::nullopt;
  }
  if (S_ISFIFO(facts.st_mode)) {
    kind_ = Kind::kStream;
    return std::nullopt;
  }
  mode_ = facts.st_mode & 0777;
  // A new file could take its name all the same, but the user has said: not this one.
  if (faccessat(AT_FDCWD, path_.c_str(), W_OK, AT_EACCESS) != 0) {
    return write_failure(path_, errno);
  }
  return std::nullopt;
}

std::optional<Failure> OutputTarget::find_place() {
  const auto followed = follow_links(path_);
  if (const int* error_number = std::get_if<int>(&followed)) {
    return write_failure(path_, *error_number);
  }
  const auto& place = std::get<std::string>(followed);
  const std::string folder = folder_of(place);
  name_ = place.substr(folder.size());
  if (name_.empty()) return file_failure(ProgramErrorDetail::kNotFound, path_);
  folder_ = open(folder.empty() ? "." : folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct stat facts {};
  if (folder_ < 0 || fstat(folder_, &facts) != 0) return write_failure(path_, errno);
  folder_identity_ = identity_of(facts);
  if (!identity_) return std::nullopt;
  // A name under /proc of an open file may lead to a place where that file no longer is.
  if (fstatat(folder_, name_.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 ||
      identity_of(facts) != *identity_) {
    return file_failure(ProgramErrorDetail::kNotAFile, path_);
  }
  return std::nullopt;
}

void FileClaims::add_source(const SourceFile& file) {
  if (file.descriptor() < 0) return;  // What came through a pipe is in memory.
  struct stat facts {};
  ENGINE_CHECK(fstat(file.descriptor(), &facts) == 0);
  claims_.push_back({file.name(), identity_of(facts), {}, {}});
}

bool FileClaims::same(const Claim& claim, const OutputTarget& target) {
  if (claim.identity || target.identity()) return claim.identity == target.identity();
  return target.kind() == OutputTarget::Kind::kFile && claim.folder == target.folder_identity() &&
         claim.name_in_folder == target.name();
}

std::optional<Failure> FileClaims::add_output(const OutputTarget& target,
                                              const std::string& option) {
  if (target.kind() == OutputTarget::Kind::kStandardOutput) {
    if (!standard_output_.empty()) {
      return failure(ProgramErrorDetail::kOptionConflict,
                     "standard output cannot take both " + standard_output_ + " and " + option);
    }
    standard_output_ = option;
  }
  for (const Claim& claim : claims_) {
    if (!same(claim, target)) continue;
    return failure(ProgramErrorDetail::kSameFile,
                   target.path() + ": is the same file as " + claim.name +
                       "; nothing was written, choose another output",
                   target.path());
  }
  if (target.kind() != OutputTarget::Kind::kFile && !target.identity()) return std::nullopt;
  claims_.push_back({target.path(), target.identity(), target.folder_identity(), target.name()});
  return std::nullopt;
}

}  // namespace engine::cli
