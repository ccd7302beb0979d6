#include "engine/cli/source_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace engine::cli {
namespace {

constexpr std::uint64_t kStdinBytesMax = 4ULL << 30;
constexpr std::size_t kStdinStepBytes = 1 << 20;

Failure io_failure(const std::string& name, const char* what) {
  return {kExitIo, name + ": " + what + ": " + std::strerror(errno)};
}

}  // namespace

SourceFile::SourceFile(SourceFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      memory_(std::move(other.memory_)),
      size_bytes_(other.size_bytes_) {}

SourceFile::~SourceFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::variant<SourceFile, Failure> SourceFile::open(const std::string& path) {
  SourceFile file;
  file.name_ = path == "-" ? "standard input" : path;
  if (path == "-") {
    for (;;) {
      const std::size_t at = file.memory_.size();
      if (at > kStdinBytesMax) return Failure{kExitIo, file.name_ + ": more than 4 GiB"};
      file.memory_.resize(at + kStdinStepBytes);
      const ssize_t count = ::read(STDIN_FILENO, file.memory_.data() + at, kStdinStepBytes);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return io_failure(file.name_, "cannot read");
      file.memory_.resize(at + static_cast<std::size_t>(count));
      if (count == 0) break;
    }
    file.size_bytes_ = file.memory_.size();
    return file;
  }
  file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file.descriptor_ < 0) return io_failure(path, "cannot open");
  struct stat facts {};
  if (fstat(file.descriptor_, &facts) != 0) return io_failure(path, "cannot read");
  if (!S_ISREG(facts.st_mode)) return Failure{kExitIo, path + ": not a regular file"};
  file.size_bytes_ = static_cast<std::uint64_t>(facts.st_size);
  return file;
}

std::variant<std::vector<std::byte>, Failure> SourceFile::read(const ByteRange& range) const {
  std::vector<std::byte> bytes(static_cast<std::size_t>(range.size()));
  if (descriptor_ < 0) {
    std::copy_n(memory_.begin() + static_cast<std::ptrdiff_t>(range.begin), bytes.size(),
                bytes.begin());
    return bytes;
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = pread(descriptor_, bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(range.begin + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_failure(name_, "cannot read");
    if (count == 0) return Failure{kExitIo, name_ + ": the file became shorter while it was read"};
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

}  // namespace engine::cli
