#include "engine/base/crc.h"

#include <random>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace engine {
namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  std::vector<std::byte> bytes;
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  return bytes;
}

// The check values of the catalogue of parametrised CRC algorithms: CRC-8/SMBUS, CRC-16/UMTS and
// CRC-16/CMS over the digits "123456789".
TEST(CrcTest, CatalogueCheckValues) {
  EXPECT_EQ(crc8(bytes_of("123456789")), 0xF4);
  EXPECT_EQ(crc16(bytes_of("123456789")), 0xFEE8);
  EXPECT_EQ(crc16(bytes_of("123456789"), 0xFFFF), 0xAEE7);
}

TEST(CrcTest, PiecesEqualTheWhole) {
  std::mt19937 random(1);
  std::vector<std::byte> bytes(300);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  const std::span<const std::byte> all(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ASSERT_EQ(crc16(all.subspan(cut), crc16(all.first(cut))), crc16(all));
  }
}

}  // namespace
}  // namespace engine
