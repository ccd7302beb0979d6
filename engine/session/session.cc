#include "engine/session/session.h"

#include <algorithm>
#include <utility>

#include "engine/base/byte_store.h"
#include "engine/base/check.h"
#include "engine/demux/container_probe.h"
#include "engine/demux/make_demuxer.h"
#include "engine/session/chunk_plan.h"
#include "engine/session/chunk_renderer.h"
#include "engine/session/enhanced_source.h"
#include "engine/session/pcm_source.h"
#include "engine/session/probe_reader.h"

namespace engine {
namespace {

// Rendering asks for this much at once at least: a packet is a few kB, and every question is a
// round trip to the driver.
constexpr std::uint64_t kRenderRunBytes = 64 << 10;
// Of a probe a little more than the demuxer asked for: the whole of it was asked for before.
constexpr std::uint64_t kProbeRunBytes = 8 << 10;
constexpr std::uint64_t kHeldBytesMin = 4ULL << 20;

template <typename Ready>
bool is_last(const Event& event) {
  const auto* ready = std::get_if<Ready>(&event);
  return ready != nullptr && ready->last_of_chunk;
}

bool ends_wish(const Event& event) {
  return std::holds_alternative<EndOfTrack>(event) || is_last<ClusterReady>(event) ||
         is_last<PacketsReady>(event) || is_last<PcmReady>(event);
}

// What can still be said after another setting, profile or wish: the track stays what it is, and
// bytes that are asked for once too often do no harm. Bytes of all probes are asked for only once.
bool holds_whatever_changes(const Event& event) {
  return std::holds_alternative<TrackReady>(event) || std::holds_alternative<NeedRanges>(event);
}

}  // namespace

class Session::State {
 public:
  explicit State(const SessionOptions& session_options) : options(session_options) {
    ENGINE_CHECK(options.lead_packets >= 0);
    ENGINE_CHECK(options.lead_packets <= kPrerollPackets);
    ENGINE_CHECK(options.source_bytes_held_max >= kHeldBytesMin);
  }

  Result<Event> advance();
  Status supply(std::uint64_t offset, std::span<const std::byte> bytes);
  void set_enhancement(const std::optional<EnhancementSettings>& wanted);
  void set_profile(const TrackProfile& given);
  void set_carry(std::optional<Carry> carry);
  std::optional<Carry> carry_over() const;
  void set_wish(std::optional<std::int64_t> chunk);
  TrackWarnings warnings() const;
  bool mostly_undecodable() const { return pcm_ && pcm_->mostly_undecodable(); }
  bool undecodable_for_long() const { return pcm_ && pcm_->undecodable_for_long(); }

  // Session reads these; State is its private half, not a class with users of its own.
  // NOLINTBEGIN(misc-non-private-member-variables-in-classes)
  SessionOptions options;
  ByteStore bytes;
  std::optional<std::uint64_t> source_size;
  std::optional<Error> failed;
  std::optional<EnhancementSettings> settings;
  std::optional<TrackProfile> profile;
  // NOLINTEND(misc-non-private-member-variables-in-classes)

 private:
  Result<Event> proceed();
  Result<Event> open();
  Result<Event> read_header();
  Result<Event> measure();
  Result<Event> make_the_plan();
  Result<Event> render();
  Event hand_out(Event event);
  void begin_anew();
  Event need(std::vector<ByteRange> ranges);
  void abandon_probes();
  ByteRange first_cluster_bytes() const;
  std::vector<ByteRange> first_cluster_ranges() const;
  bool begins_undecodable() const;
  void add_start_of_wish(std::vector<ByteRange>& ranges) const;
  Source source() const { return {bytes, *source_size}; }
  bool wants_plan() const { return settings && settings->intensity_percent > 0; }

  std::unique_ptr<Demuxer> demuxer_;
  TrackInfo track_;
  std::unique_ptr<PcmSource> pcm_;
  std::unique_ptr<ProbeReader> probes_;
  std::unique_ptr<EnhancedSource> enhanced_;
  std::unique_ptr<ChunkRenderer> renderer_;
  ChunkPlan plan_{0};
  std::optional<Carry> carry_;
  TrackWarnings told_;
  std::optional<Event> held_;  // The next answer, behind a Noticed.
  bool truncated_ = false;     // plan_ ends before the place that the headers promise.
  std::optional<std::int64_t> wish_;
  bool configured_ = false;  // The chain carries out `settings`.
  bool begun_ = false;       // The renderer works on `wish_`.
};

void Session::State::set_enhancement(const std::optional<EnhancementSettings>& wanted) {
  settings = wanted;
  begin_anew();
}

void Session::State::set_profile(const TrackProfile& given) {
  profile = given;
  begin_anew();
}

void Session::State::begin_anew() {
  if (held_ && !holds_whatever_changes(*held_)) held_.reset();
  configured_ = false;
  begun_ = false;
  if (renderer_) renderer_->forget_carry_over();
}

void Session::State::set_carry(std::optional<Carry> carry) {
  ENGINE_CHECK(options.output != SessionOutput::kPcm);
  if (carry) {
    ENGINE_CHECK(carry->before.channels() == kOutputChannelCount);
    ENGINE_CHECK(carry->frame_count >= 0);
    ENGINE_CHECK(carry->frame_count <= carry->before.frames());
  }
  carry_ = std::move(carry);
  plan_ = ChunkPlan(plan_.frame_count(), carry_ ? carry_->frame_count : 0);
  if (renderer_) renderer_->forget_carry_over();
  set_wish(wish_);
}

std::optional<Carry> Session::State::carry_over() const {
  return renderer_ ? renderer_->carry_over() : std::nullopt;
}

void Session::State::set_wish(std::optional<std::int64_t> chunk) {
  if (held_ && !holds_whatever_changes(*held_) && !std::holds_alternative<PlanReady>(*held_)) {
    held_.reset();
  }
  wish_ = chunk;
  begun_ = false;
}

TrackWarnings Session::State::warnings() const {
  TrackWarnings warnings = track_.warnings;
  if (pcm_) warnings.add(pcm_->warnings());
  return warnings;
}

Status Session::State::supply(std::uint64_t offset, std::span<const std::byte> run) {
  if (!source_size) return Error{ErrorDetail::kSizeUnknown, offset};
  if (offset > *source_size || run.size() > *source_size - offset) {
    return Error{ErrorDetail::kBytesPastEnd, offset};
  }
  bytes.insert(offset, run);
  return ok_status();
}

// What may be forgotten is forgotten just before more is asked for: everything but the
// neighbourhood of the question.
Event Session::State::need(std::vector<ByteRange> ranges) {
  ENGINE_CHECK(!ranges.empty());
  if (ranges.size() == 1 && (begun_ || probes_)) {
    ByteRange& range = ranges.front();
    const std::uint64_t run = begun_ || options.full_profile ? kRenderRunBytes : kProbeRunBytes;
    range.end = std::min(std::max(range.end, range.begin + run), *source_size);
  }
  std::uint64_t wanted = 0;
  for (const ByteRange& range : ranges) {
    ENGINE_CHECK(!range.empty());
    ENGINE_CHECK(range.end <= *source_size);
    wanted += range.size();
  }
  if (bytes.size_bytes() + wanted > options.source_bytes_held_max) {
    const std::uint64_t begin = ranges.front().begin;
    const std::uint64_t margin = options.source_bytes_held_max / 4;
    bytes.discard_outside({begin - std::min(begin, margin), begin + margin});
  }
  return NeedRanges{std::move(ranges)};
}

Result<Event> Session::State::open() {
  ENGINE_TRY(const ProbeStep step, probe_container(source()));
  if (const auto* question = std::get_if<NeedBytes>(&step)) return need({question->range});
  demuxer_ = make_demuxer(std::get<Container>(step));
  return Event{Working{}};
}

Result<Event> Session::State::read_header() {
  ENGINE_TRY(const HeaderStep step, demuxer_->read_header(source()));
  if (const auto* question = std::get_if<NeedBytes>(&step)) return need({question->range});
  track_ = std::get<TrackInfo>(step);
  if (track_.frame_count == 0) {
    return Error{ErrorDetail::kNoAudio, track_.audio_bytes.begin};
  }
  ENGINE_TRY(pcm_, PcmSource::create(*demuxer_, track_));
  enhanced_ = std::make_unique<EnhancedSource>(*pcm_);
  renderer_ = std::make_unique<ChunkRenderer>(*enhanced_, options);
  plan_ = ChunkPlan(pcm_->frame_count(), plan_.carry_frames());
  told_ = track_.warnings;
  return Event{TrackReady{track_, plan_.frame_count(), plan_.chunk_count(), webm_init_segment()}};
}

Result<Event> Session::State::measure() {
  if (!probes_) probes_ = std::make_unique<ProbeReader>(*pcm_, options.full_profile);
  ENGINE_TRY(MeasureStep step, probes_->advance(source(), options.source_bytes_held_max / 4 * 3));
  if (auto* question = std::get_if<NeedManyBytes>(&step)) {
    if (question->ranges.size() > 1) add_start_of_wish(question->ranges);
    return need(std::move(question->ranges));
  }
  if (const auto* measured = std::get_if<TrackProfile>(&step)) {
    profile = *measured;
    probes_.reset();
  }
  return Event{Working{}};
}

// The bytes that the first cluster will need go out together with those of the probes: one round
// trip less before the first sound.
void Session::State::add_start_of_wish(std::vector<ByteRange>& ranges) const {
  if (plan_.packets_in(*wish_) == 0) return;
  const FrameCount begin =
      std::max<FrameCount>(plan_.first_frame(ChunkPlan::first_packet(*wish_)), 0);
  const ByteRange range = pcm_->probe_range(source(), begin, kOutputRateHz);
  if (!range.empty() && !bytes.find(range)) ranges.push_back(range);
}

// All that a chunk needs up to its first cluster, context of the chain included: one question
// instead of one for every kRenderRunBytes. What is estimated wrongly is asked for later.
ByteRange Session::State::first_cluster_bytes() const {
  const FrameRange input = renderer_->first_input();
  const FrameCount begin = std::max<FrameCount>(input.begin, 0);
  if (input.end <= begin) return {};
  const ByteRange range = pcm_->probe_range(source(), begin, input.end - begin);
  const std::uint64_t begin_byte = std::min(range.begin, *source_size);
  const std::uint64_t limit = begin_byte + options.source_bytes_held_max / 4;
  return {begin_byte, std::clamp(range.end, begin_byte, std::min(limit, *source_size))};
}

// Together with what the demuxer has to see before it can find any place but the first.
std::vector<ByteRange> Session::State::first_cluster_ranges() const {
  std::vector<ByteRange> ranges;
  const ByteRange cluster = bytes.missing(first_cluster_bytes());
  const ByteRange proof = pcm_->proof_range(source(), renderer_->first_input().begin);
  if (!cluster.empty()) ranges.push_back(cluster);
  if (proof.empty()) return ranges;
  const bool apart = ranges.empty() || proof.begin > cluster.end || proof.end < cluster.begin;
  if (apart) {
    ranges.push_back(proof);
  } else {
    ranges.front() = {std::min(cluster.begin, proof.begin), std::max(cluster.end, proof.end)};
  }
  return ranges;
}

// A page does better with the original file than with a start of nothing but silence. Asked of
// chunk 0 alone, which reads all of this stretch: so it depends on the source, not on what was
// played before.
bool Session::State::begins_undecodable() const {
  if (options.output != SessionOutput::kClusters || *wish_ != 0) return false;
  return pcm_->undecodable_head() >= std::min(kChunkFrames, plan_.frame_count());
}

// The listener changed their mind before the profile was there.
void Session::State::abandon_probes() {
  if (!probes_) return;
  probes_.reset();
  pcm_->leave_near();
}

Result<Event> Session::State::make_the_plan() {
  abandon_probes();
  configured_ = true;
  if (!wants_plan()) {
    enhanced_->configure(std::nullopt);
    return Event{Working{}};
  }
  const EnhancementPlan plan = make_plan(*profile, *settings);
  enhanced_->configure(plan);
  return Event{PlanReady{*profile, plan}};
}

Result<Event> Session::State::render() {
  if (!begun_) {
    if (plan_.packets_in(*wish_) == 0) {
      return Event{EndOfTrack{plan_.frame_count(), truncated_}};
    }
    renderer_->begin(plan_, *wish_, carry_ ? &*carry_ : nullptr);
    begun_ = true;
    auto ranges = first_cluster_ranges();
    if (!ranges.empty()) return need(std::move(ranges));
  }
  Result<Event> event = renderer_->advance(source());
  if (!event) return event;
  if (begins_undecodable()) {
    return Error{ErrorDetail::kMostlyUndecodable, track_.audio_bytes.begin};
  }
  if (auto* question = std::get_if<NeedRanges>(&*event)) return need(std::move(question->ranges));
  if (renderer_->plan().frame_count() < plan_.frame_count()) {
    plan_ = renderer_->plan();
    truncated_ = true;
  }
  return event;
}

// A listener hears of what was noticed before the sound that it was noticed in.
Result<Event> Session::State::advance() {
  if (held_) return hand_out(*std::exchange(held_, std::nullopt));
  ENGINE_TRY(Event event, proceed());
  const TrackWarnings all = warnings();
  if (all == told_) return hand_out(std::move(event));
  told_ = all;
  if (!std::holds_alternative<Working>(event)) held_ = std::move(event);
  return Event{Noticed{all}};
}

// A wish ends when the last of it is handed out, not before: what is held back and dropped by a
// change is made anew.
Event Session::State::hand_out(Event event) {
  if (ends_wish(event)) set_wish(std::nullopt);
  return event;
}

Result<Event> Session::State::proceed() {
  if (!source_size) {
    return Error{ErrorDetail::kSizeUnknown, 0};
  }
  if (!demuxer_) return open();
  if (!pcm_) return read_header();
  if (!wish_) return Event{Idle{}};
  if (configured_) return render();
  if (wants_plan() && !profile) return measure();
  return make_the_plan();
}

Session::Session(const SessionOptions& options) : state_(std::make_unique<State>(options)) {}

Session::~Session() = default;

Status Session::set_source_size(std::uint64_t size_bytes) {
  if (state_->source_size) {
    return Error{ErrorDetail::kSizeRepeated, 0};
  }
  state_->source_size = size_bytes;
  return ok_status();
}

Status Session::supply(std::uint64_t offset, std::span<const std::byte> bytes) {
  return state_->supply(offset, bytes);
}

Status Session::request_chunk(std::int64_t index) {
  if (index < 0) return Error{ErrorDetail::kChunkIndex, 0};
  state_->set_wish(index);
  return ok_status();
}

void Session::cancel() {
  state_->set_wish(std::nullopt);
}

Status Session::set_enhancement(const std::optional<EnhancementSettings>& settings) {
  if (settings && (settings->intensity_percent < 0 || settings->intensity_percent > 100)) {
    return Error{ErrorDetail::kIntensity, 0};
  }
  if (settings &&
      (settings->album_loudness_mlufs < -70000 || settings->album_loudness_mlufs > 5000)) {
    return Error{ErrorDetail::kAlbumLoudness, 0};
  }
  state_->set_enhancement(settings);
  return ok_status();
}

void Session::set_profile(const TrackProfile& profile) {
  state_->set_profile(profile);
}

void Session::set_carry(std::optional<Carry> carry) {
  state_->set_carry(std::move(carry));
}

std::optional<Carry> Session::carry_over() const {
  return state_->carry_over();
}

Result<Event> Session::advance() {
  if (state_->failed) return *state_->failed;
  Result<Event> event = state_->advance();
  if (!event) state_->failed = event.error();
  return event;
}

TrackWarnings Session::warnings() const {
  return state_->warnings();
}

bool Session::mostly_undecodable() const {
  return state_->mostly_undecodable();
}

bool Session::undecodable_for_long() const {
  return state_->undecodable_for_long();
}

std::uint64_t Session::source_bytes_held() const {
  return state_->bytes.size_bytes();
}

}  // namespace engine
