#include "engine/enhance/track_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/hash.h"
#include "engine/base/json_writer.h"

namespace engine {
namespace {

constexpr double kLevelTopDb = 120.0;
constexpr int kLevelPlaces = 3;
constexpr double kLevelScale = 1000.0;

std::int64_t to_milli(double level_db) {
  return static_cast<std::int64_t>(std::floor(level_db * kLevelScale + 0.5));
}

double from_milli(std::int64_t milli) {
  return static_cast<double>(milli) / kLevelScale;
}

class ByteSink {
 public:
  void put(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
      bytes_[used_++] = static_cast<std::byte>(value >> (8 * i) & 0xffu);
    }
  }
  const std::array<std::byte, kTrackProfileBytes>& bytes() const { return bytes_; }

 private:
  std::array<std::byte, kTrackProfileBytes> bytes_{};
  std::size_t used_ = 0;
};

// The members in the order of the writer; the reader finds them by name.
enum Member : std::size_t {
  kVersion,
  kFull,
  kProbeCountMember,
  kMeasuredFrames,
  kLoudness,
  kTruePeak,
  kOpusPeak,
  kPeakP99,
  kLoudPeaks,
  kMemberCount
};
constexpr std::array<std::string_view, kMemberCount> kMemberNames = {"version",
                                                                     "full",
                                                                     "probe_count",
                                                                     "measured_frames",
                                                                     "integrated_loudness_lufs",
                                                                     "true_peak_dbtp",
                                                                     "opus_peak_dbtp",
                                                                     "peak_p99_dbtp",
                                                                     "loud_peaks_dbtp"};

/// Reads one object of known members. Numbers are decimals without exponent and at most three
/// places, kept in thousandths: that is all the writer makes, and it is exact.
class ProfileReader {
 public:
  explicit ProfileReader(std::string_view text) : text_(text) {}

  Result<TrackProfile> read() {
    if (!take('{')) return fail("profile: object expected");
    do {
      ENGINE_TRY(const std::size_t member, read_name());
      if (seen_[member]) return fail("profile: member repeated");
      seen_[member] = true;
      if (!take(':')) return fail("profile: colon expected");
      if (member == kLoudPeaks) {
        if (const Status read = read_loud_peaks(); !read) return read.error();
      } else {
        ENGINE_TRY(values_[member], member == kFull ? read_boolean() : read_thousandths());
      }
    } while (take(','));
    if (!take('}')) return fail("profile: end of object expected");
    skip_space();
    if (at_ != text_.size()) return fail("profile: text behind the object");
    for (const bool seen : seen_) {
      if (!seen) return fail("profile: member missing");
    }
    return assemble();
  }

 private:
  Error fail(const char* detail) const { return {ErrorCode::kCorruptData, at_, detail}; }

  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool take(char expected) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  Result<std::size_t> read_name() {
    if (!take('"')) return fail("profile: member name expected");
    const std::size_t end = text_.find('"', at_);
    if (end == std::string_view::npos) return fail("profile: unfinished name");
    const std::string_view name = text_.substr(at_, end - at_);
    const auto found = std::find(kMemberNames.begin(), kMemberNames.end(), name);
    if (found == kMemberNames.end()) return fail("profile: unknown member");
    at_ = end + 1;
    return static_cast<std::size_t>(found - kMemberNames.begin());
  }

  Result<std::int64_t> read_boolean() {
    skip_space();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "true" : "false";
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return std::int64_t{value};
    }
    return fail("profile: true or false expected");
  }

  bool digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }

  Result<std::int64_t> read_thousandths() {
    constexpr std::int64_t kValueMax = std::numeric_limits<std::int64_t>::max() / 100000;
    skip_space();
    const bool negative = take('-');
    const std::size_t first_digit = at_;
    std::int64_t value = 0;
    for (; digit(); ++at_) {
      if (value > kValueMax) return fail("profile: number out of range");
      value = value * 10 + (text_[at_] - '0');
    }
    if (at_ == first_digit) return fail("profile: number expected");
    if (text_[first_digit] == '0' && at_ > first_digit + 1) return fail("profile: leading zero");
    int places = 0;
    if (at_ < text_.size() && text_[at_] == '.') {
      for (++at_; digit() && places < kLevelPlaces; ++at_, ++places) {
        value = value * 10 + (text_[at_] - '0');
      }
      if (places == 0) return fail("profile: digits expected behind the point");
    }
    for (; places < kLevelPlaces; ++places) value *= 10;
    return negative ? -value : value;
  }

  Status read_loud_peaks() {
    if (!take('[')) return fail("profile: array expected");
    for (std::size_t i = 0; i < loud_peaks_.size(); ++i) {
      if (i > 0 && !take(',')) return fail("profile: comma expected");
      ENGINE_TRY(loud_peaks_[i], read_thousandths());
      if (i > 0 && loud_peaks_[i] < loud_peaks_[i - 1]) {
        return fail("profile: rising levels expected");
      }
    }
    if (!take(']')) return fail("profile: end of array expected");
    return ok_status();
  }

  static bool in_range(double level_db) {
    return level_db >= kLevelFloorDb && level_db <= kLevelTopDb;
  }

  Result<TrackProfile> assemble() const {
    for (const std::size_t member : {kVersion, kProbeCountMember, kMeasuredFrames}) {
      if (values_[member] < 0 || values_[member] % 1000 != 0) {
        return fail("profile: whole number expected");
      }
    }
    if (values_[kVersion] != std::int64_t{kTrackProfileVersion} * 1000) {
      return Error{ErrorCode::kUnsupportedFormat, 0, "profile: unknown version"};
    }
    for (const std::size_t member : {kLoudness, kTruePeak, kOpusPeak, kPeakP99}) {
      if (!in_range(from_milli(values_[member]))) return fail("profile: level out of range");
    }
    if (values_[kProbeCountMember] / 1000 > kProbeCountMax) {
      return fail("profile: too many probes");
    }
    TrackProfile profile;
    profile.full = values_[kFull] != 0;
    profile.probe_count = static_cast<int>(values_[kProbeCountMember] / 1000);
    profile.measured_frames = values_[kMeasuredFrames] / 1000;
    profile.integrated_loudness_lufs = from_milli(values_[kLoudness]);
    profile.true_peak_dbtp = from_milli(values_[kTruePeak]);
    profile.opus_peak_dbtp = from_milli(values_[kOpusPeak]);
    profile.peak_p99_dbtp = from_milli(values_[kPeakP99]);
    for (std::size_t i = 0; i < kLoudPeakCount; ++i) {
      profile.loud_peaks_dbtp[i] = from_milli(loud_peaks_[i]);
      if (!in_range(profile.loud_peaks_dbtp[i])) return fail("profile: level out of range");
    }
    return profile;
  }

  static constexpr std::int64_t kProbeCountMax = 1'000'000;

  std::string_view text_;
  std::size_t at_ = 0;
  std::array<bool, kMemberCount> seen_{};
  std::array<std::int64_t, kMemberCount> values_{};
  std::array<std::int64_t, kLoudPeakCount> loud_peaks_{};
};

}  // namespace

double quantize_level_db(double level_db) {
  // NaN fails the comparison and becomes the floor.
  if (!(level_db > kLevelFloorDb)) return kLevelFloorDb;
  return from_milli(to_milli(std::min(level_db, kLevelTopDb)));
}

std::array<std::byte, kTrackProfileBytes> profile_bytes(const TrackProfile& profile) {
  ByteSink sink;
  sink.put(static_cast<std::uint64_t>(profile.version), 4);
  sink.put(profile.full ? 1u : 0u, 4);
  sink.put(static_cast<std::uint64_t>(profile.probe_count), 4);
  sink.put(static_cast<std::uint64_t>(profile.measured_frames), 8);
  for (const double level : {profile.integrated_loudness_lufs, profile.true_peak_dbtp,
                             profile.opus_peak_dbtp, profile.peak_p99_dbtp}) {
    sink.put(static_cast<std::uint64_t>(to_milli(level)), 4);
  }
  for (const double level : profile.loud_peaks_dbtp) {
    sink.put(static_cast<std::uint64_t>(to_milli(level)), 4);
  }
  return sink.bytes();
}

std::uint64_t profile_hash(const TrackProfile& profile) {
  const auto bytes = profile_bytes(profile);
  return fnv1a64(bytes);
}

std::string profile_to_json(const TrackProfile& profile) {
  JsonWriter json;
  json.begin_object();
  json.member(kMemberNames[kVersion], profile.version);
  json.member(kMemberNames[kFull], profile.full);
  json.member(kMemberNames[kProbeCountMember], profile.probe_count);
  json.member(kMemberNames[kMeasuredFrames], profile.measured_frames);
  json.member(kMemberNames[kLoudness], profile.integrated_loudness_lufs, kLevelPlaces);
  json.member(kMemberNames[kTruePeak], profile.true_peak_dbtp, kLevelPlaces);
  json.member(kMemberNames[kOpusPeak], profile.opus_peak_dbtp, kLevelPlaces);
  json.member(kMemberNames[kPeakP99], profile.peak_p99_dbtp, kLevelPlaces);
  json.key(kMemberNames[kLoudPeaks]);
  json.begin_array();
  for (const double level : profile.loud_peaks_dbtp) json.decimal(level, kLevelPlaces);
  json.end_array();
  json.end_object();
  return json.text();
}

Result<TrackProfile> profile_from_json(std::string_view json) {
  return ProfileReader(json).read();
}

}  // namespace engine
