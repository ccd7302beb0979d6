#include "engine/cli/output_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "engine/cli/interruption.h"

namespace engine::cli {
namespace {

constexpr int kNamesTriedMax = 16;

// A name that nobody can foresee; short, so that it fits where the target's name does.
std::optional<std::string> unforeseen_name() {
  std::uint64_t value = 0;
  if (getrandom(&value, sizeof(value), 0) != static_cast<ssize_t>(sizeof(value))) {
    return std::nullopt;
  }
  std::string name = ".auralis-";
  for (int i = 0; i < 16; ++i, value >>= 4) name += "0123456789abcdef"[value & 15];
  return name;
}

}  // namespace

OutputFile::OutputFile(OutputFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_name_(std::exchange(other.temporary_name_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_bytes_(other.size_bytes_) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) close(descriptor_);
  if (!temporary_name_.empty()) unlinkat(target_.folder(), temporary_name_.c_str(), 0);
}

Failure OutputFile::failure(int error_number) const {
  if (interruption() != 0) return file_failure(ProgramErrorDetail::kInterrupted, target_.path());
  return system_failure(ProgramErrorDetail::kWriteFailed, target_.path(), error_number);
}

std::variant<OutputFile, Failure> OutputFile::create(OutputTarget target) {
  OutputFile file(std::move(target));
  if (auto failure = file.open()) return *failure;
  return file;
}

std::optional<Failure> OutputFile::open() {
  switch (target_.kind()) {
    case OutputTarget::Kind::kStandardOutput:
      descriptor_ = STDOUT_FILENO;
      return std::nullopt;
    case OutputTarget::Kind::kStream:
      descriptor_ = ::open(target_.path().c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
      if (descriptor_ < 0) return failure(errno);
      return std::nullopt;
    case OutputTarget::Kind::kFile:
      break;
  }
  return open_beside();
}

std::optional<Failure> OutputFile::open_beside() {
  // What replaces a private file must not be readable for others even while it is written.
  const mode_t mode = target_.mode() ? 0600 : 0666;
  for (int i = 0; i < kNamesTriedMax && descriptor_ < 0; ++i) {
    const auto name = unforeseen_name();
    if (!name) return failure(errno);
    descriptor_ = openat(target_.folder(), name->c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (descriptor_ >= 0) temporary_name_ = *name;
    if (descriptor_ < 0 && errno != EEXIST) return failure(errno);
  }
  if (descriptor_ < 0) return failure(EEXIST);
  if (target_.mode() && fchmod(descriptor_, *target_.mode()) != 0) return failure(errno);
  return std::nullopt;
}

std::optional<Failure> OutputFile::append(std::span<const std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = write(descriptor_, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR && interruption() == 0) continue;
    if (count < 0) return failure(errno);
    done += static_cast<std::size_t>(count);
  }
  size_bytes_ += bytes.size();
  return std::nullopt;
}

std::optional<Failure> OutputFile::patch(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (temporary_name_.empty()) return std::nullopt;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(errno);
    done += static_cast<std::size_t>(count);
  }
  return std::nullopt;
}

std::optional<Failure> OutputFile::prepare() {
  if (temporary_name_.empty() || descriptor_ < 0) return std::nullopt;
  // A crash of the machine must not leave the new name with nothing behind it.
  if (fsync(descriptor_) != 0) return failure(errno);
  if (close(std::exchange(descriptor_, -1)) != 0) return failure(errno);
  if (interruption() != 0) return failure(EINTR);
  return std::nullopt;
}

std::optional<Failure> OutputFile::commit() {
  if (auto failure = prepare()) return failure;
  if (temporary_name_.empty()) return std::nullopt;
  if (renameat(target_.folder(), temporary_name_.c_str(), target_.folder(),
               target_.name().c_str()) != 0) {
    return failure(errno);
  }
  temporary_name_.clear();
  return std::nullopt;
}

}  // namespace engine::cli
