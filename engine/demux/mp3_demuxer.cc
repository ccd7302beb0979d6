#include "engine/demux/mp3_demuxer.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/demux/mp3_probe.h"

namespace engine {
namespace {

constexpr std::uint64_t kAskBytes = 4096;
constexpr std::uint64_t kWalkAskBytes = 256 * 1024;
// Below this size walking costs no more than the proof of a constant bitrate.
constexpr std::uint64_t kWalkAlwaysBytes = 64 * 1024;
constexpr int kProofPlaces = 8;
// Less in front of the first MPEG frame is the padding of a tag, which many files have.
constexpr std::uint64_t kPaddingBytesMax = 4096;
// No header leaves less than one byte of main data, so that 255 of MPEG-2 are always reached.
constexpr std::int64_t kLookBackMax = 260;

}  // namespace

Result<HeaderStep> Mp3Demuxer::read_header(const Source& source) {
  while (stage_ != Stage::kReady) {
    ENGINE_TRY(const std::optional<NeedBytes> need, run_stage(source));
    if (need) return HeaderStep{*need};
  }
  return HeaderStep{info_};
}

Mp3Demuxer::StageStep Mp3Demuxer::run_stage(const Source& source) {
  switch (stage_) {
    case Stage::kTags:
      return read_tags(source);
    case Stage::kFirst:
      return find_first(source);
    case Stage::kFirstAudio:
      return find_first_audio(source);
    case Stage::kTail:
      return look_behind_claim(source);
    case Stage::kCutEnd:
      return look_at_cut_end(source);
    case Stage::kProof:
      return prove_constant_bitrate(source);
    case Stage::kWalk:
      return walk_all(source);
    case Stage::kReady:
      break;
  }
  return StageStep(std::nullopt);
}

Mp3Demuxer::StageStep Mp3Demuxer::read_tags(const Source& source) {
  if (const auto need = tags_.scan(source)) return StageStep(need);
  audio_ = tags_.audio_bytes();
  if (audio_.empty()) return Error{ErrorDetail::kNoAudio, audio_.begin};
  finder_ = Mp3FrameFinder(audio_);
  stage_ = Stage::kFirst;
  return StageStep(std::nullopt);
}

Mp3Demuxer::StageStep Mp3Demuxer::find_first(const Source& source) {
  const std::uint64_t limit = audio_.begin + std::min(audio_.size(), kMp3SearchBytesMax);
  const FindFrameStep step = finder_.search(source, audio_.begin, limit, kAskBytes);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return StageStep(*need);
  const auto* found = std::get_if<Mp3FrameAt>(&step);
  if (found == nullptr) {
    return Error{ErrorDetail::kMp3NoFrames, audio_.begin};
  }
  const ByteRange range{found->offset, found->end()};
  const auto bytes = source.bytes.find(range);
  if (!bytes) return StageStep(NeedBytes{range});

  finder_.restrict_to(found->header);
  if (found->offset - audio_.begin > kPaddingBytesMax) noticed_.add(TrackWarning::kJunkSkipped);
  tag_offset_ = found->offset;
  tag_end_ = found->end();
  stream_info_ = parse_mp3_stream_info(*bytes, found->header);
  audio_.begin = stream_info_ ? found->end() : found->offset;
  stage_ = Stage::kFirstAudio;
  return StageStep(std::nullopt);
}

Mp3Demuxer::StageStep Mp3Demuxer::find_first_audio(const Source& source) {
  const FindFrameStep step = finder_.next(source, audio_.begin, kAskBytes);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return StageStep(*need);
  const auto* found = std::get_if<Mp3FrameAt>(&step);
  if (found == nullptr) {
    return Error{ErrorDetail::kNoAudio, audio_.begin};
  }
  first_ = *found;
  audio_.begin = first_.offset;
  index_.reset(first_.offset);
  walk_from_ = first_.end();
  cursor_ = Cursor{0, first_.offset, 0, false};
  if (stream_info_) {
    const Mp3TagPlace place = tag_place(source);
    const Mp3LengthClaim claim = judge_length_claim(*stream_info_, first_.header, place);
    truncated_ = claimed_end(*stream_info_, place) > audio_.end;
    declared_ = claim == Mp3LengthClaim::kFits;
    if (claim == Mp3LengthClaim::kEndsBefore) {
      stage_ = Stage::kTail;
      return StageStep(std::nullopt);
    }
    if (claim == Mp3LengthClaim::kEndsBehind) {
      stage_ = Stage::kCutEnd;
      return StageStep(std::nullopt);
    }
  }
  settle_count();
  return StageStep(std::nullopt);
}

Mp3TagPlace Mp3Demuxer::tag_place(const Source& source) const {
  return {tag_offset_, tag_end_, audio_.end, source.size_bytes};
}

// Padding may follow the MPEG frames that the tag speaks of. If it is more of them, the tag is that
// of the first of several files.
Mp3Demuxer::StageStep Mp3Demuxer::look_behind_claim(const Source& source) {
  const std::uint64_t end = claimed_end(*stream_info_, tag_place(source));
  const FindFrameStep step = finder_.next(source, end, kWalkAskBytes);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return StageStep(*need);
  declared_ = std::holds_alternative<EndOfStream>(step);
  if (declared_) {
    audio_.end = end;
  } else {
    // What it met on the way from a wrong end says nothing.
    finder_ = Mp3FrameFinder(tags_.audio_bytes());
    finder_.restrict_to(first_.header);
  }
  settle_count();
  return StageStep(std::nullopt);
}

// Only when all that is missing belongs to one MPEG frame, it is known how many are whole.
Mp3Demuxer::StageStep Mp3Demuxer::look_at_cut_end(const Source& source) {
  const ByteRange tail{audio_.end - std::min(audio_.size(), kCutTailBytes), audio_.end};
  const auto bytes = source.bytes.find(tail);
  if (!bytes) return StageStep(NeedBytes{source.bytes.missing(tail)});
  const std::uint64_t missing = claimed_end(*stream_info_, tag_place(source)) - audio_.end;
  last_is_cut_ = missing_of_last_mpeg_frame(*bytes, first_.header) == missing;
  declared_ = last_is_cut_ && stream_info_->mpeg_frames > 1;
  if (declared_) noticed_.add(TrackWarning::kEndsEarly);
  settle_count();
  return StageStep(std::nullopt);
}

void Mp3Demuxer::settle_count() {
  mpeg_frames_ = declared_ ? stream_info_->mpeg_frames - (last_is_cut_ ? 1 : 0) : 0;
  stage_ = plan_count();
  if (stage_ == Stage::kReady) finish_header();
}

bool Mp3Demuxer::lattice_meets_the_end() const {
  const std::uint64_t end = lattice_.offset_of(mpeg_frames_);
  return end <= audio_.end + 2 && audio_.end <= end + 2;
}

Mp3Demuxer::Stage Mp3Demuxer::plan_count() {
  if (declared_ && !stream_info_->constant_bitrate) return Stage::kReady;
  if (declared_) {
    // So many MPEG frames of one size in exactly so many bytes: no others than these fit.
    for (const auto rule : {Mp3CbrLattice::Rule::kExactMean, Mp3CbrLattice::Rule::kNeverPadded}) {
      lattice_ = Mp3CbrLattice(first_, audio_.end, rule);
      constant_bitrate_ = lattice_meets_the_end();
      if (constant_bitrate_) return Stage::kReady;
    }
  }
  if (audio_.size() <= kWalkAlwaysBytes) return declared_ ? Stage::kReady : Stage::kWalk;
  lattice_ = Mp3CbrLattice(first_, audio_.end, proof_rule_);
  return Stage::kProof;
}

Mp3Demuxer::StageStep Mp3Demuxer::prove_constant_bitrate(const Source& source) {
  bool proved = true;
  while (proved && proof_place_ <= kProofPlaces) {
    const bool last = proof_place_ == kProofPlaces;
    const auto need = last ? prove_end(source, proved) : prove_place(source, proved);
    if (need) return StageStep(need);
    ++proof_place_;
  }
  if (!proved && proof_rule_ == Mp3CbrLattice::Rule::kExactMean) {
    proof_rule_ = Mp3CbrLattice::Rule::kNeverPadded;
    proof_place_ = 0;
    lattice_ = Mp3CbrLattice(first_, audio_.end, proof_rule_);
    return StageStep(std::nullopt);
  }
  constant_bitrate_ = proved;
  stage_ = mpeg_frames_ > 0 ? Stage::kReady : Stage::kWalk;
  if (stage_ == Stage::kReady) finish_header();
  return StageStep(std::nullopt);
}

// Two MPEG frames in a row stand where they should.
std::optional<NeedBytes> Mp3Demuxer::prove_place(const Source& source, bool& proved) {
  const std::int64_t count = lattice_.count_until(audio_.end);
  const std::int64_t number = count * (proof_place_ + 1) / (kProofPlaces + 1);
  for (const std::int64_t neighbour : {number, number + 1}) {
    const FindFrameStep step = lattice_.at(source, neighbour, kAskBytes);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return *need;
    proved = proved && std::holds_alternative<Mp3FrameAt>(step);
  }
  return std::nullopt;
}

// The last whole MPEG frame stands where the arithmetic puts the end of the audio: so nothing was
// taken out or put in before it. Their number is then known, whatever a tag tells.
std::optional<NeedBytes> Mp3Demuxer::prove_end(const Source& source, bool& proved) {
  proved = false;
  const std::int64_t count = lattice_.count_until(audio_.end);
  for (std::int64_t number = count; number >= std::max<std::int64_t>(0, count - 2); --number) {
    const FindFrameStep step = lattice_.at(source, number, kAskBytes);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return *need;
    if (!std::holds_alternative<Mp3FrameAt>(step)) continue;
    mpeg_frames_ = number + 1;
    proved = true;
    return std::nullopt;
  }
  return std::nullopt;
}

Mp3Demuxer::StageStep Mp3Demuxer::walk_all(const Source& source) {
  for (;;) {  // Ends: each pass moves walk_from_ forward, asks for bytes, or meets the end.
    const FindFrameStep step = finder_.next(source, walk_from_, kWalkAskBytes);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return StageStep(*need);
    const auto* found = std::get_if<Mp3FrameAt>(&step);
    if (found == nullptr) break;
    index_.note(index_.frontier().number + 1, found->offset);
    walk_from_ = found->end();
  }
  mpeg_frames_ = index_.frontier().number + 1;
  stage_ = Stage::kReady;
  finish_header();
  return StageStep(std::nullopt);
}

void Mp3Demuxer::finish_header() {
  const FrameCount coded_frames = mpeg_frames_ * first_.header.frame_count;
  near_finder_ = finder_;
  info_.container = Container::kMp3;
  info_.codec = Codec::kMp3;
  info_.sample_rate_hz = first_.header.sample_rate_hz;
  info_.channels = first_.header.channels;
  if (stream_info_ && stream_info_->has_gapless) trim_gapless(coded_frames);
  info_.frame_count = coded_frames - info_.leading_trim - info_.trailing_trim;
  info_.audio_bytes = audio_;
  info_.tags = tags_.tags();
  info_.warnings = header_warnings();
}

void Mp3Demuxer::trim_gapless(FrameCount coded_frames) {
  const FrameCount leading = stream_info_->encoder_delay + kMp3DecoderDelayFrames;
  // The decoder's delay has pushed the signal into the padding by as much. Without a count that
  // fits, the tag does not say where the padding is.
  const bool padded = stream_info_->mpeg_frames == mpeg_frames_;
  const FrameCount trailing =
      padded ? std::max<FrameCount>(stream_info_->encoder_padding - kMp3DecoderDelayFrames, 0) : 0;
  if (leading + trailing >= coded_frames) return;  // Nothing would be left: it cannot be true.
  info_.leading_trim = leading;
  info_.trailing_trim = trailing;
}

TrackWarnings Mp3Demuxer::header_warnings() const {
  TrackWarnings warnings = this->warnings();
  if (!stream_info_ || stream_info_->mpeg_frames == 0) return warnings;
  // A few writers count the MPEG frame with the tag.
  const std::int64_t missing = stream_info_->mpeg_frames - mpeg_frames_;
  if (missing > 1 && truncated_) {
    warnings.add(TrackWarning::kEndsEarly);
  } else if (missing > 1 || missing < 0) {
    warnings.add(TrackWarning::kLengthCorrected);
  }
  return warnings;
}

TrackWarnings Mp3Demuxer::warnings() const {
  TrackWarnings warnings = noticed_;
  warnings.add(finder_.noticed());
  return warnings;
}

Result<SeekStep> Mp3Demuxer::seek(const Source& source, FrameCount frame) {
  ENGINE_CHECK(stage_ == Stage::kReady);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(frame <= info_.frame_count);
  const std::int64_t target = number_of(frame);
  if (constant_bitrate_) return seek_by_lattice(source, target);
  if (!walk_ || walk_->target != target) begin_walk(target, mean_look_back());
  for (;;) {  // Ends: the look-back doubles up to kLookBackMax, with which a start is found.
    if (const auto need = walk_to_target(source)) return SeekStep{*need};
    if (const auto cursor = preroll_start()) return place(*cursor);
    begin_walk(target, std::min(2 * walk_->look_back, kLookBackMax));
  }
}

// Where a truncated source ends before the target, the cursor ends up behind its last MPEG frame,
// so that a seek tells the same end as reading through.
Result<SeekStep> Mp3Demuxer::seek_by_lattice(const Source& source, std::int64_t target) {
  std::int64_t last = std::min(target, lattice_.count_until(audio_.end) + 1);
  while (last < target && last > 0) {
    const FindFrameStep step = lattice_.at(source, last - 1, kAskBytes);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return SeekStep{*need};
    if (std::holds_alternative<Mp3FrameAt>(step)) break;
    --last;
  }
  const std::int64_t number = std::max<std::int64_t>(0, last - mean_look_back());
  return place(Cursor{number, 0, last, false});
}

void Mp3Demuxer::begin_walk(std::int64_t target, std::int64_t look_back) {
  walk_.emplace();
  walk_->target = target;
  walk_->look_back = look_back;
  walk_->next = index_.at_or_before(std::max<std::int64_t>(0, target - look_back));
}

// Passes the MPEG frames up to the target, or up to the end of a source that ends before it.
std::optional<NeedBytes> Mp3Demuxer::walk_to_target(const Source& source) {
  Mp3SeekWalk& walk = *walk_;
  while (walk.next.number < walk.target) {
    const auto left = static_cast<std::uint64_t>(walk.target - walk.next.number);
    const std::uint64_t ask = std::min(kWalkAskBytes, left * mean_size_bytes() + kAskBytes);
    const FindFrameStep step = finder_.next(source, walk.next.offset, ask);
    if (const auto* need = std::get_if<NeedBytes>(&step)) return *need;
    const auto* found = std::get_if<Mp3FrameAt>(&step);
    if (found == nullptr) break;
    index_.note(walk.next.number, found->offset);
    walk.passed.push_back({{walk.next.number, found->offset}, found->header.payload_bytes()});
    if (walk.passed.size() > 2 * kLookBackMax) {
      walk.passed.erase(walk.passed.begin(), walk.passed.begin() + kLookBackMax);
    }
    walk.next = {walk.next.number + 1, found->end()};
  }
  return std::nullopt;
}

// The nearest MPEG frame before the target from which a cold decoder has the same state there as
// one that decodes from the start: the one or two before the target decode with a full reservoir.
std::optional<Mp3Demuxer::Cursor> Mp3Demuxer::preroll_start() const {
  const Mp3SeekWalk& walk = *walk_;
  Cursor cursor{walk.next.number, walk.next.offset, walk.next.number, false};
  const int decoded_first = 3 - first_.header.granules();
  int payload_bytes = 0;
  int count = 0;
  for (auto passed = walk.passed.rbegin(); passed != walk.passed.rend(); ++passed) {
    cursor.number = passed->place.number;
    cursor.offset = passed->place.offset;
    if (++count > decoded_first) payload_bytes += passed->payload_bytes;
    if (payload_bytes >= first_.header.reservoir_bytes_max()) return cursor;
  }
  const bool from_the_start = cursor.number == 0;
  if (from_the_start || walk.look_back == kLookBackMax) return cursor;
  return std::nullopt;
}

Result<SeekStep> Mp3Demuxer::place(const Cursor& cursor) {
  cursor_ = cursor;
  walk_.reset();
  return SeekStep{Placed{first_frame_of(cursor.target)}};
}

Result<SeekStep> Mp3Demuxer::seek_near(const Source& source, FrameCount frame) {
  ENGINE_CHECK(stage_ == Stage::kReady);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(frame <= info_.frame_count);
  if (constant_bitrate_) return seek(source, frame);
  const std::int64_t target = number_of(frame);
  const std::int64_t number = std::max<std::int64_t>(0, target - mean_look_back());
  if (number == 0) return place(Cursor{0, first_.offset, target, true});

  const std::uint64_t offset = estimated_offset(number);
  const FindFrameStep step = near_finder_.search(source, offset, audio_.end, kAskBytes);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return SeekStep{*need};
  const auto* found = std::get_if<Mp3FrameAt>(&step);
  if (found == nullptr) return place(Cursor{mpeg_frames_, audio_.end, mpeg_frames_, true});
  return place(Cursor{number, found->offset, target, true});
}

ByteRange Mp3Demuxer::probe_range(const Source& source, FrameCount frame, FrameCount count) const {
  ENGINE_CHECK(stage_ == Stage::kReady);
  ENGINE_CHECK(frame >= 0);
  ENGINE_CHECK(count >= 0);
  const std::int64_t target = number_of(std::min(frame, info_.frame_count));
  const std::int64_t first = std::max<std::int64_t>(0, target - mean_look_back());
  const std::int64_t last = number_of(std::min(frame + count, info_.frame_count));
  const std::uint64_t begin = estimated_offset(first);
  // A louder stretch than the mean takes more; what is missing then is asked for.
  const std::uint64_t size = static_cast<std::uint64_t>(last - first + 1) * mean_size_bytes();
  // At a constant bit rate each frame may be one byte longer than the mean, which is rounded down.
  const auto padding = static_cast<std::uint64_t>(last - first + 1);
  const std::uint64_t slack = constant_bitrate_ ? padding + 2 : size / 4 + kAskBytes;
  const std::uint64_t end = std::max(begin + size, estimated_offset(last)) + slack;
  const std::uint64_t limit = std::min(audio_.end, source.size_bytes);
  return {std::min(begin - std::min<std::uint64_t>(begin, 1), limit - 1), std::min(end, limit)};
}

FindFrameStep Mp3Demuxer::find_at_cursor(const Source& source) {
  if (!constant_bitrate_) {
    Mp3FrameFinder& finder = cursor_.estimated ? near_finder_ : finder_;
    return finder.next(source, cursor_.offset, kAskBytes);
  }
  for (;;) {  // Ends: each pass moves the cursor on, asks for bytes, or meets the end.
    const bool past_end = lattice_.offset_of(cursor_.number) + kMp3HeaderBytes > audio_.end;
    if (cursor_.number >= mpeg_frames_ || past_end) return EndOfStream{};
    const FindFrameStep step = lattice_.at(source, cursor_.number, kAskBytes);
    if (!std::holds_alternative<EndOfStream>(step)) return step;
    ++cursor_.number;  // Damaged: the timeline has a gap here.
  }
}

Result<PacketStep> Mp3Demuxer::read_packet(const Source& source) {
  ENGINE_CHECK(stage_ == Stage::kReady);
  if (cursor_.number >= mpeg_frames_) return PacketStep{EndOfStream{}};
  const FindFrameStep step = find_at_cursor(source);
  if (const auto* need = std::get_if<NeedBytes>(&step)) return PacketStep{*need};
  const auto* found = std::get_if<Mp3FrameAt>(&step);
  if (found == nullptr) return PacketStep{EndOfStream{}};
  const auto bytes = source.bytes.find({found->offset, found->end()});
  if (!bytes) {
    const std::uint64_t end = std::min(found->offset + kAskBytes, audio_.end);
    return PacketStep{NeedBytes{{found->offset, std::max(found->end(), end)}}};
  }
  if (const auto need = look_behind_last(source, *found)) return PacketStep{*need};
  const EncodedPacket packet{first_frame_of(cursor_.number), first_.header.frame_count, *bytes,
                             cursor_.number < cursor_.target};
  if (!constant_bitrate_ && !cursor_.estimated) index_.note(cursor_.number, found->offset);
  ++cursor_.number;
  cursor_.offset = found->end();
  return PacketStep{packet};
}

// A count that was believed may be too low all the same; no normal file has anything behind its
// last MPEG frame.
std::optional<NeedBytes> Mp3Demuxer::look_behind_last(const Source& source,
                                                      const Mp3FrameAt& last) {
  const bool is_last = cursor_.number + 1 == mpeg_frames_ && !cursor_.estimated;
  const ByteRange behind{last.end(), last.end() + kMp3HeaderBytes};
  if (!is_last || !declared_ || behind.end > audio_.end) return std::nullopt;
  const auto bytes = source.bytes.find(behind);
  if (!bytes) return NeedBytes{behind};
  const auto header = parse_mp3_frame_header(*bytes);
  if (header && header->continues(first_.header) && !last_is_cut_) {
    noticed_.add(TrackWarning::kAudioLeftOut);
  }
  return std::nullopt;
}

// The MPEG frame that holds `frame`; at most mpeg_frames_, the end.
std::int64_t Mp3Demuxer::number_of(FrameCount frame) const {
  return std::min(mpeg_frames_, (frame + info_.leading_trim) / first_.header.frame_count);
}

FrameCount Mp3Demuxer::first_frame_of(std::int64_t number) const {
  return number * first_.header.frame_count - info_.leading_trim;
}

std::uint64_t Mp3Demuxer::estimated_offset(std::int64_t number) const {
  if (constant_bitrate_) return std::min(lattice_.offset_of(number), audio_.end);
  const double count = static_cast<double>(std::max<std::int64_t>(1, mpeg_frames_));
  const double part = static_cast<double>(number) / count;
  double offset = static_cast<double>(audio_.begin) + part * static_cast<double>(audio_.size());
  if (stream_info_ && stream_info_->has_toc && declared_) {
    const auto& toc = stream_info_->toc;
    const auto entry = static_cast<std::size_t>(std::clamp(part * 100.0, 0.0, 99.0));
    const double low = toc[entry];
    const double high = entry + 1 < toc.size() ? toc[entry + 1] : 256.0;
    const double place = low + (high - low) * (part * 100.0 - static_cast<double>(entry));
    const std::uint64_t size =
        stream_info_->size_bytes != 0 ? stream_info_->size_bytes : audio_.end - tag_offset_;
    offset = static_cast<double>(tag_offset_) + place / 256.0 * static_cast<double>(size);
  }
  return static_cast<std::uint64_t>(
      std::clamp(offset, static_cast<double>(audio_.begin), static_cast<double>(audio_.end)));
}

// MPEG frames of so much main data before the target that bring a decoder into its state there.
std::int64_t Mp3Demuxer::look_back_for(std::int64_t payload_bytes) const {
  const std::int64_t payload = std::max<std::int64_t>(1, payload_bytes);
  const std::int64_t reservoir = first_.header.reservoir_bytes_max();
  return std::min(kLookBackMax, 3 - first_.header.granules() + (reservoir + payload - 1) / payload);
}

// Exact when the bitrate is constant: the smallest size, with the largest overhead there is.
std::int64_t Mp3Demuxer::mean_look_back() const {
  constexpr std::int64_t kCrcBytes = 2;
  const std::int64_t side_info = first_.header.version == MpegVersion::k1 ? 32 : 17;
  const auto size = static_cast<std::int64_t>(mean_size_bytes());
  return look_back_for(size - static_cast<std::int64_t>(kMp3HeaderBytes) - kCrcBytes - side_info);
}

std::uint64_t Mp3Demuxer::mean_size_bytes() const {
  if (constant_bitrate_) {
    return static_cast<std::uint64_t>(first_.header.size_bytes) - (first_.header.padded ? 1 : 0);
  }
  return audio_.size() / static_cast<std::uint64_t>(std::max<std::int64_t>(1, mpeg_frames_));
}

}  // namespace engine
