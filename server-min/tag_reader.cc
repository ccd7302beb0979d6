#include "server-min/tag_reader.h"

#include <algorithm>
#include <sys/types.h>
#include <unistd.h>

namespace server {
namespace {

constexpr std::size_t kPieceSizeBytes = 16 * 1024;

}  // namespace

TagReader::TagReader(int fd, ByteRange range, bool unsynchronised)
    : fd_(fd), position_(range.begin), end_(range.end), unsynchronised_(unsynchronised) {}

// Makes the byte at position_ lie in the buffer.
bool TagReader::fill() {
  if (position_ >= end_) return false;
  if (position_ >= buffer_begin_ && position_ - buffer_begin_ < buffer_.size()) return true;
  buffer_.resize(
      static_cast<std::size_t>(std::min<std::uint64_t>(end_ - position_, kPieceSizeBytes)));
  const ssize_t count = ::pread(fd_, buffer_.data(), buffer_.size(), static_cast<off_t>(position_));
  buffer_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  buffer_begin_ = position_;
  return !buffer_.empty();
}

std::optional<std::uint8_t> TagReader::take_undecoded() {
  if (!fill()) return std::nullopt;
  const char byte = buffer_[static_cast<std::size_t>(position_ - buffer_begin_)];
  ++position_;
  return static_cast<std::uint8_t>(byte);
}

std::optional<std::uint8_t> TagReader::take() {
  auto byte = take_undecoded();
  if (byte == 0 && after_ff_) byte = take_undecoded();
  after_ff_ = unsynchronised_ && byte == 0xFF;
  return byte;
}

std::optional<std::uint32_t> TagReader::take_number(int byte_count) {
  std::uint32_t number = 0;
  for (int i = 0; i < byte_count; ++i) {
    const auto byte = take();
    if (!byte) return std::nullopt;
    number = (number << 8) | *byte;
  }
  return number;
}

bool TagReader::skip(std::uint64_t byte_count) {
  if (!unsynchronised_) {
    const std::uint64_t left = end_ - position_;
    position_ += std::min(byte_count, left);
    return byte_count <= left;
  }
  while (byte_count > 0 && fill()) {
    const char* next = buffer_.data() + (position_ - buffer_begin_);
    const char* const end = buffer_.data() + buffer_.size();
    for (; next < end && byte_count > 0; ++next, ++position_) {
      if (*next != '\0' || !after_ff_) --byte_count;
      after_ff_ = *next == '\xFF';
    }
  }
  return byte_count == 0;
}

std::string_view TagReader::take_piece() {
  piece_.clear();
  while (piece_.empty() && fill()) {
    const std::string_view rest =
        std::string_view(buffer_.data(), buffer_.size()).substr(position_ - buffer_begin_);
    position_ += rest.size();
    if (!unsynchronised_) return rest;
    piece_.reserve(rest.size());
    for (const char c : rest) {
      if (c != '\0' || !after_ff_) piece_.push_back(c);
      after_ff_ = c == '\xFF';
    }
  }
  return {piece_.data(), piece_.size()};
}

}  // namespace server
