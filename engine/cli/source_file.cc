#include "engine/cli/source_file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "engine/cli/interruption.h"

namespace engine::cli {
namespace {

constexpr std::uint64_t kPipeBytesMax = 4ULL << 30;
constexpr std::size_t kPipeStepBytes = 1 << 20;

Failure read_failure(const std::string& name, int error_number) {
  return system_failure(ProgramErrorDetail::kReadFailed, name, error_number);
}

}  // namespace

SourceFile::SourceFile(SourceFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      begin_(other.begin_),
      memory_(std::move(other.memory_)),
      size_bytes_(other.size_bytes_) {}

SourceFile::~SourceFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::variant<SourceFile, Failure> SourceFile::open(const std::string& path) {
  SourceFile file;
  file.name_ = path;
  struct stat facts {};
  if (path == "-") {
    file.name_ = "standard input";
    if (fstat(STDIN_FILENO, &facts) != 0) return read_failure(file.name_, errno);
    if (!S_ISREG(facts.st_mode)) return std::move(file).read_standard_input();
    file.descriptor_ = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    const off_t begin = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (file.descriptor_ < 0 || begin < 0) return read_failure(file.name_, errno);
    file.begin_ = static_cast<std::uint64_t>(std::min(begin, facts.st_size));
    file.size_bytes_ = static_cast<std::uint64_t>(facts.st_size) - file.begin_;
    return file;
  }
  // O_NONBLOCK: a pipe that nobody writes to is refused, not waited for.
  file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.descriptor_ < 0 || fstat(file.descriptor_, &facts) != 0) {
    return read_failure(path, errno);
  }
  if (S_ISDIR(facts.st_mode)) return file_failure(ProgramErrorDetail::kIsFolder, path);
  if (!S_ISREG(facts.st_mode)) {
    return failure(ProgramErrorDetail::kNotAFile, path + ": not a regular file; - reads a pipe",
                   path);
  }
  file.size_bytes_ = static_cast<std::uint64_t>(facts.st_size);
  return file;
}

std::variant<SourceFile, Failure> SourceFile::read_standard_input() && {
  for (;;) {
    const std::size_t at = memory_.size();
    if (at > kPipeBytesMax) return file_failure(ProgramErrorDetail::kInputTooLong, name_);
    memory_.resize(at + kPipeStepBytes);
    const ssize_t count = ::read(STDIN_FILENO, memory_.data() + at, kPipeStepBytes);
    const int error_number = errno;
    memory_.resize(at + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (interruption() != 0) return file_failure(ProgramErrorDetail::kInterrupted, name_);
    if (count < 0 && error_number == EINTR) continue;
    if (count < 0) return read_failure(name_, error_number);
    if (count == 0) break;
  }
  size_bytes_ = memory_.size();
  return std::move(*this);
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
                                static_cast<off_t>(begin_ + range.begin + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return read_failure(name_, errno);
    if (count == 0) return file_failure(ProgramErrorDetail::kBecameShorter, name_);
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

}  // namespace engine::cli
