#include "engine/enhance/plan_key.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "engine/base/hash.h"

namespace engine {
namespace {

class Hasher {
 public:
  void add(double value) {
    const double canonical = value == 0 ? 0.0 : value;  // Both zeros are one.
    std::array<std::byte, sizeof canonical> bytes{};
    std::memcpy(bytes.data(), &canonical, sizeof canonical);
    hash_ = fnv1a64(bytes, hash_);
  }

  void add(const ToneCurve& curve) {
    for (const double gain_db : curve) add(gain_db);
  }

  // Named one by one here and below, so that a member that comes along does not compile until
  // somebody has decided whether it counts.
  void add(const BandCompressorSettings& settings) {
    const auto& [threshold_db, ratio, knee_db, attack_ms, release_db_per_s, reduction_max_db,
                 lowest_hz] = settings;
    for (const double value :
         {threshold_db, ratio, knee_db, attack_ms, release_db_per_s, reduction_max_db, lowest_hz}) {
      add(value);
    }
  }

  void add(const BandDynamicsSettings& settings) {
    const auto& [bands, deess_max_db] = settings;
    for (const BandCompressorSettings& band : bands) add(band);
    add(deess_max_db);
  }

  void add(const SaturationPlan& plan) {
    const auto& [band, drive_db, mix, asymmetric, reference_db] = plan;
    add(static_cast<double>(band));
    for (const double value : {drive_db, mix, reference_db, asymmetric ? 1.0 : 0.0}) add(value);
  }

  void add(const EnhancementPlan& plan) {
    const auto& [settings, bypass, source_lufs, restrained, input_max_dbfs, treble_max_db, tone,
                 tone_gain_lu, dynamics_loss_lu, low_pass_weight, dynamics, saturation,
                 transient_boost_db, clip_max_db, clip_threshold_dbfs, gain_db, limited_by,
                 ceiling_dbtp, limiter_release_db_per_s, limiter_reduction_p99_db, limiter_loss_lu,
                 target_lufs, expected_lufs, shortfall_lu, trim_db] = plan;
    add(trim_db);
    // Then nothing else is done.
    if (bypass) return;
    const auto& [mid_db, side_db] = tone;
    add(mid_db);
    add(side_db);
    add(dynamics);
    add(saturation);
    for (const double value :
         {input_max_dbfs, treble_max_db, low_pass_weight, transient_boost_db, clip_max_db,
          clip_threshold_dbfs, gain_db, ceiling_dbtp, limiter_release_db_per_s}) {
      add(value);
    }
  }

  std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = kFnvOffsetBasis;
};

}  // namespace

std::uint64_t plan_key(const std::optional<EnhancementPlan>& plan) {
  EnhancementPlan original;
  original.bypass = true;
  Hasher hasher;
  hasher.add(plan ? *plan : original);
  return hasher.hash();
}

}  // namespace engine
