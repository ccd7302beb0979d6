// ByteWriter: builds the files of the parser tests, field by field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace engine::testing {

class ByteWriter {
 public:
  ByteWriter& text(std::string_view characters) {
    for (const char c : characters) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
  ByteWriter& le(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
    return *this;
  }
  ByteWriter& be(std::uint64_t value, int count) {
    for (int i = count; i-- > 0;) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
    return *this;
  }
  ByteWriter& bytes(std::span<const std::byte> run) {
    bytes_.insert(bytes_.end(), run.begin(), run.end());
    return *this;
  }
  ByteWriter& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }

  std::size_t size() const { return bytes_.size(); }
  std::vector<std::byte>& data() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// The parts one behind the other.
inline std::vector<std::byte> join(std::initializer_list<std::vector<std::byte>> parts) {
  ByteWriter file;
  for (const auto& part : parts) file.bytes(part);
  return file.data();
}

}  // namespace engine::testing
