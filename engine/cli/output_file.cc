#include "engine/cli/output_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace engine::cli {

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::exchange(other.temporary_path_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_bytes_(other.size_bytes_) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) close(descriptor_);
  if (!temporary_path_.empty()) unlink(temporary_path_.c_str());
}

Failure OutputFile::failure(const char* what) const {
  return {kExitIo, path_ + ": " + what + ": " + std::strerror(errno)};
}

std::variant<OutputFile, Failure> OutputFile::create(const std::string& path) {
  OutputFile file;
  file.path_ = path;
  if (path == "-") {
    file.descriptor_ = STDOUT_FILENO;
    return file;
  }
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    file.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) return file.failure("cannot write");
    return file;  // A device or pipe: nothing to replace, nothing to seek in.
  }
  const std::string temporary = path + ".part";
  file.descriptor_ = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file.descriptor_ < 0) return file.failure("cannot write");
  file.temporary_path_ = temporary;
  return file;
}

std::optional<Failure> OutputFile::append(std::span<const std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = write(descriptor_, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("cannot write");
    done += static_cast<std::size_t>(count);
  }
  size_bytes_ += bytes.size();
  return std::nullopt;
}

std::optional<Failure> OutputFile::patch(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (temporary_path_.empty()) return std::nullopt;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("cannot write");
    done += static_cast<std::size_t>(count);
  }
  return std::nullopt;
}

std::optional<Failure> OutputFile::commit() {
  if (temporary_path_.empty()) return std::nullopt;
  const int descriptor = std::exchange(descriptor_, -1);
  if (close(descriptor) != 0) return failure("cannot write");
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) return failure("cannot write");
  temporary_path_.clear();
  return std::nullopt;
}

}  // namespace engine::cli
