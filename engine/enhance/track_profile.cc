#include "engine/enhance/track_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/json_writer.h"
#include "engine/base/math.h"

namespace engine {
namespace {

constexpr double kLevelTopDb = 120.0;
constexpr int kPlaces = 3;
constexpr double kScale = 1000.0;
constexpr double kProbeCountMax = 1e6;
constexpr double kCountMax = 0x1p53;
constexpr double kBandwidthMaxHz = kOutputRateHz / 2.0;

std::int64_t to_milli(double value) {
  return static_cast<std::int64_t>(std::floor(value * kScale + 0.5));
}

double from_milli(std::int64_t milli) {
  return static_cast<double>(milli) / kScale;
}

/// Calls the visitor for every field in the canonical order: this list is what the binary form, the
/// JSON writer and the JSON reader have in common.
template <typename Profile, typename Visitor>
void visit_fields(Profile& profile, Visitor&& visitor) {
  visitor.whole("version", profile.version, 4, std::numeric_limits<int>::max());
  visitor.flag("full", profile.full);
  visitor.whole("probe_count", profile.probe_count, 4, kProbeCountMax);
  visitor.whole("measured_frames", profile.measured_frames, 8, kCountMax);
  visitor.whole("left_out_frames", profile.left_out_frames, 8, kCountMax);
  visitor.level("integrated_loudness_lufs", profile.integrated_loudness_lufs, kLevelFloorDb);
  visitor.level("loudness_range_lu", profile.loudness_range_lu, 0);
  visitor.level("true_peak_dbtp", profile.true_peak_dbtp, kLevelFloorDb);
  visitor.level("opus_peak_dbtp", profile.opus_peak_dbtp, kLevelFloorDb);
  visitor.level("peak_p99_dbtp", profile.peak_p99_dbtp, kLevelFloorDb);
  visitor.levels("loud_peaks_dbtp", profile.loud_peaks_dbtp, kLoudPeakCount);
  visitor.level("treble_peak_db", profile.treble_peak_db, kLevelFloorDb);
  visitor.levels("spectrum_db", profile.spectrum_db, 0);
  visitor.levels("side_spectrum_db", profile.side_spectrum_db, 0);
  visitor.levels("corridor_db", profile.corridor_db, 0);
  visitor.levels("corridor_p10_db", profile.corridor_p10_db, 0);
  visitor.levels("corridor_p50_db", profile.corridor_p50_db, 0);
  visitor.levels("corridor_p90_db", profile.corridor_p90_db, 0);
  visitor.levels("side_mid_db", profile.side_mid_db, 0);
  visitor.levels("quieter_channel_db", profile.quieter_channel_db, 0);
  visitor.levels("band_levels_db", profile.band_levels_db, kBandLevelCount);
  visitor.level("sibilance_db", profile.sibilance_db, 0);
  visitor.whole("bandwidth_hz", profile.bandwidth_hz, 4, kBandwidthMaxHz);
  visitor.whole("clipped_runs", profile.clipped_runs, 8, kCountMax);
}

class BytesVisitor {
 public:
  template <typename Number>
  void whole(std::string_view, const Number& value, int size, double) {
    put(static_cast<std::uint64_t>(value), size);
  }
  void flag(std::string_view, bool value) { put(value ? 1u : 0u, 4); }
  void level(std::string_view, double value, double) {
    put(static_cast<std::uint64_t>(to_milli(value)), 4);
  }
  void levels(std::string_view, std::span<const double> values, std::size_t) {
    for (const double value : values) put(static_cast<std::uint64_t>(to_milli(value)), 4);
  }
  std::size_t used() const { return used_; }
  const std::array<std::byte, kTrackProfileBytes>& bytes() const { return bytes_; }

 private:
  void put(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      bytes_[used_++] = static_cast<std::byte>(value >> (8 * i) & 0xffu);
    }
  }

  std::array<std::byte, kTrackProfileBytes> bytes_{};
  std::size_t used_ = 0;
};

class JsonVisitor {
 public:
  explicit JsonVisitor(JsonWriter& json) : json_(json) {}
  template <typename Number>
  void whole(std::string_view name, const Number& value, int, double) {
    json_.member(name, static_cast<std::int64_t>(value));
  }
  void flag(std::string_view name, bool value) { json_.member(name, value); }
  void level(std::string_view name, double value, double) { json_.member(name, value, kPlaces); }
  void levels(std::string_view name, std::span<const double> values, std::size_t) {
    json_.key(name);
    json_.begin_array();
    for (const double value : values) json_.decimal(value, kPlaces);
    json_.end_array();
  }

 private:
  JsonWriter& json_;
};

/// A member as it stands in the text: all numbers in thousandths.
struct Member {
  std::string_view name;
  bool is_flag = false;
  bool is_array = false;
  std::vector<std::int64_t> values;
};

/// Reads one flat object of numbers, arrays of numbers and booleans. Numbers are decimals without
/// exponent and at most three places, kept in thousandths: that is all the writer makes, and it is
/// exact.
class MemberReader {
 public:
  explicit MemberReader(std::string_view text) : text_(text) {}

  Result<std::vector<Member>> read() {
    std::vector<Member> members;
    if (!take('{')) return fail();
    do {
      ENGINE_TRY(Member member, read_member());
      const auto same = [&](const Member& other) { return other.name == member.name; };
      if (std::any_of(members.begin(), members.end(), same)) {
        return fail();
      }
      if (members.size() == kMembersMax) return fail();
      members.push_back(std::move(member));
    } while (take(','));
    if (!take('}')) return fail();
    skip_space();
    if (at_ != text_.size()) return fail();
    return members;
  }

 private:
  static constexpr std::size_t kMembersMax = 64;
  static constexpr std::size_t kArrayMax = 64;

  Error fail() const { return {ErrorDetail::kProfileSyntax, at_}; }

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

  bool take_word(std::string_view word) {
    skip_space();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Result<Member> read_member() {
    Member member;
    if (!take('"')) return fail();
    const std::size_t end = text_.find('"', at_);
    if (end == std::string_view::npos) return fail();
    member.name = text_.substr(at_, end - at_);
    at_ = end + 1;
    if (!take(':')) return fail();
    const bool is_true = take_word("true");
    if (is_true || take_word("false")) {
      member.is_flag = true;
      member.values.push_back(is_true ? 1 : 0);
      return member;
    }
    member.is_array = take('[');
    do {
      if (member.values.size() == kArrayMax) return fail();
      ENGINE_TRY(const std::int64_t value, read_thousandths());
      member.values.push_back(value);
    } while (member.is_array && take(','));
    if (member.is_array && !take(']')) return fail();
    return member;
  }

  bool digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }

  Result<std::int64_t> read_thousandths() {
    constexpr std::int64_t kValueMax = std::numeric_limits<std::int64_t>::max() / 100000;
    skip_space();
    const bool negative = take('-');
    const std::size_t first_digit = at_;
    std::int64_t value = 0;
    for (; digit(); ++at_) {
      if (value > kValueMax) return fail();
      value = value * 10 + (text_[at_] - '0');
    }
    if (at_ == first_digit) return fail();
    if (text_[first_digit] == '0' && at_ > first_digit + 1) return fail();
    int places = 0;
    if (at_ < text_.size() && text_[at_] == '.') {
      for (++at_; digit() && places < kPlaces; ++at_, ++places) {
        value = value * 10 + (text_[at_] - '0');
      }
      if (places == 0) return fail();
    }
    for (; places < kPlaces; ++places) value *= 10;
    return negative ? -value : value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Puts the members that were read into the fields.
class AssignVisitor {
 public:
  explicit AssignVisitor(std::span<const Member> members) : members_(members) {}

  template <typename Number>
  void whole(std::string_view name, Number& value, int, double value_max) {
    const Member* member = find(name, 1, false);
    if (member == nullptr) return;
    const std::int64_t milli = member->values.front();
    const std::int64_t given = milli / 1000;
    if (milli < 0 || milli % 1000 != 0 || static_cast<double>(given) > value_max) {
      fits_ = false;
      return;
    }
    value = static_cast<Number>(given);
  }

  void flag(std::string_view name, bool& value) {
    const Member* member = find(name, 1, false, true);
    if (member == nullptr) return;
    value = member->values.front() != 0;
  }

  void level(std::string_view name, double& value, double level_min) {
    const Member* member = find(name, 1, false);
    if (member != nullptr) value = level_of(member->values.front(), level_min);
  }

  /// Levels rise within each run of `rising` values; 0: they need not.
  void levels(std::string_view name, std::span<double> values, std::size_t rising) {
    const Member* member = find(name, values.size(), true);
    if (member == nullptr) return;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = level_of(member->values[i], kLevelFloorDb);
      if (rising > 0 && i % rising > 0 && values[i] < values[i - 1]) fits_ = false;
    }
  }

  /// Every field had its member, and every member its field.
  bool complete() const { return fits_ && used_ == members_.size(); }

 private:
  const Member* find(std::string_view name, std::size_t size, bool is_array, bool is_flag = false) {
    for (const Member& member : members_) {
      if (member.name != name) continue;
      ++used_;
      const bool fits = member.is_array == is_array && member.values.size() == size;
      if (fits && member.is_flag == is_flag) return &member;
      break;
    }
    fits_ = false;
    return nullptr;
  }

  double level_of(std::int64_t milli, double level_min) {
    const double level = from_milli(milli);
    if (level < level_min || level > kLevelTopDb) fits_ = false;
    return level;
  }

  std::span<const Member> members_;
  std::size_t used_ = 0;
  bool fits_ = true;
};

}  // namespace

double quantize_level_db(double level_db) {
  // NaN fails the comparison and becomes the floor.
  if (!(level_db > kLevelFloorDb)) return kLevelFloorDb;
  return from_milli(to_milli(std::min(level_db, kLevelTopDb)));
}

double side_share(const TrackProfile& profile, std::size_t third) {
  if (profile.spectrum_db[third] <= kLevelFloorDb) return 0;
  const double share_db = profile.side_spectrum_db[third] - profile.spectrum_db[third];
  return share_db < 0 ? math::exp10(0.1 * share_db) : 1.0;
}

std::array<std::byte, kTrackProfileBytes> profile_bytes(const TrackProfile& profile) {
  BytesVisitor visitor;
  visit_fields(profile, visitor);
  return visitor.bytes();
}

std::uint64_t profile_hash(const TrackProfile& profile) {
  const auto bytes = profile_bytes(profile);
  return fnv1a64(bytes);
}

std::string profile_to_json(const TrackProfile& profile) {
  JsonWriter json;
  json.begin_object();
  visit_fields(profile, JsonVisitor(json));
  json.end_object();
  return json.text();
}

Result<TrackProfile> profile_from_json(std::string_view json) {
  ENGINE_TRY(const std::vector<Member> members, MemberReader(json).read());
  for (const Member& member : members) {
    if (member.name != "version" || member.is_flag) continue;
    if (member.values.front() == std::int64_t{kTrackProfileVersion} * 1000) break;
    return Error{ErrorDetail::kProfileVersion, 0};
  }
  TrackProfile profile;
  AssignVisitor visitor(members);
  visit_fields(profile, visitor);
  if (!visitor.complete()) return Error{ErrorDetail::kProfileMember, 0};
  return profile;
}

}  // namespace engine
