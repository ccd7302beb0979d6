#include "engine/demux/flac_frame_walker.h"

#include "engine/base/bit_reader.h"

namespace engine {
namespace {

constexpr unsigned kLeftSide = 8;
constexpr unsigned kSideRight = 9;
constexpr unsigned kMidSide = 10;

constexpr unsigned kSubframeConstant = 0;
constexpr unsigned kSubframeVerbatim = 1;
constexpr unsigned kSubframeFixed = 8;      // 8 + order.
constexpr unsigned kSubframeFixedMax = 12;  // Order 4.
constexpr unsigned kSubframeLinear = 32;    // 32 + order - 1.
constexpr unsigned kPrecisionForbidden = 15;

// Coded residual (section 9.2.7) of `block_size` samples less the `order` warm-up samples.
bool walk_residual(BitReader& reader, unsigned block_size, unsigned order) {
  const auto method = reader.read(2);
  if (method > 1) return false;
  const int parameter_bits = method == 0 ? 4 : 5;
  const auto escape = (1U << parameter_bits) - 1;
  const auto partition_order = static_cast<unsigned>(reader.read(4));
  const unsigned partition_size = block_size >> partition_order;
  if (partition_size << partition_order != block_size || partition_size < order) return false;

  for (unsigned partition = 0; partition >> partition_order == 0; ++partition) {
    const unsigned count = partition == 0 ? partition_size - order : partition_size;
    const auto parameter = static_cast<unsigned>(reader.read(parameter_bits));
    if (parameter == escape) {
      reader.skip(reader.read(5) * count);
    } else {
      for (unsigned i = 0; i < count; ++i) {
        reader.read_unary();
        reader.skip(parameter);
        if (reader.overrun()) return false;
      }
    }
    if (reader.overrun()) return false;
  }
  return true;
}

bool walk_subframe(BitReader& reader, unsigned block_size, unsigned bits_per_sample) {
  if (reader.read_bit()) return false;
  const auto type = static_cast<unsigned>(reader.read(6));
  if (reader.read_bit()) {
    const std::uint64_t wasted_bits = reader.read_unary() + 1;
    if (wasted_bits >= bits_per_sample) return false;
    bits_per_sample -= static_cast<unsigned>(wasted_bits);
  }

  if (type == kSubframeConstant) {
    reader.skip(bits_per_sample);
    return !reader.overrun();
  }
  if (type == kSubframeVerbatim) {
    reader.skip(std::uint64_t{bits_per_sample} * block_size);
    return !reader.overrun();
  }
  const bool linear = type >= kSubframeLinear;
  if (!linear && (type < kSubframeFixed || type > kSubframeFixedMax)) return false;
  const unsigned order = linear ? type - kSubframeLinear + 1 : type - kSubframeFixed;
  if (order > block_size) return false;
  reader.skip(std::uint64_t{bits_per_sample} * order);
  if (linear) {
    const auto precision_code = static_cast<unsigned>(reader.read(4));
    if (precision_code == kPrecisionForbidden) return false;
    reader.skip(5 + std::uint64_t{precision_code + 1} * order);
  }
  return walk_residual(reader, block_size, order);
}

}  // namespace

FlacFrameWalk walk_flac_frame(std::span<const std::byte> bytes, const FlacFrameHeader& header) {
  using End = FlacFrameWalk::End;
  BitReader reader(bytes);
  reader.skip(header.size_bytes * 8);
  const auto assignment = static_cast<unsigned>(header.channel_assignment);
  for (int channel = 0; channel < header.channels; ++channel) {
    const bool side = (channel == 1 && (assignment == kLeftSide || assignment == kMidSide)) ||
                      (channel == 0 && assignment == kSideRight);
    const auto bits = static_cast<unsigned>(header.bits_per_sample) + (side ? 1U : 0U);
    if (!walk_subframe(reader, static_cast<unsigned>(header.block_size), bits)) {
      return {reader.overrun() ? End::kCutOff : End::kBroken, 0};
    }
  }
  reader.align_to_byte();
  reader.skip(16);
  if (reader.overrun()) return {End::kCutOff, 0};
  return {End::kWhole, static_cast<std::size_t>(reader.position_bits() / 8)};
}

}  // namespace engine
