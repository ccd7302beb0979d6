#include "engine/session/session.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/demux/container_probe.h"
#include "engine/demux/make_demuxer.h"
#include "engine/enhance/provisional_plan.h"
#include "engine/enhance/take_over.h"
#include "engine/session/session_state.h"

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
  return std::holds_alternative<TrackReady>(event) || std::holds_alternative<NeedRanges>(event) ||
         std::holds_alternative<ProfileReady>(event);
}

}  // namespace

Session::State::State(const SessionOptions& session_options) : options(session_options) {
  ENGINE_CHECK(options.lead_packets >= 0);
  ENGINE_CHECK(options.lead_packets <= kPrerollPackets);
  ENGINE_CHECK(options.source_bytes_held_max >= kHeldBytesMin);
}

void Session::State::set_enhancement(const std::optional<EnhancementSettings>& wanted) {
  settings = wanted;
  begin_anew();
}

void Session::State::set_profile(const TrackProfile& given,
                                 const std::optional<ProfileChange>& change) {
  profile_ = given;
  provisional_.reset();
  if (change) provisional_ = change->provisional;
  change_frame_ = change ? change->from_frame : 0;
  waiting_.reset();
  rest_wanted_ = false;
  begin_anew();
}

Status Session::State::take_over(std::optional<FrameCount> from_frame) {
  if (profile_) return ok_status();
  if (!waiting_) return Error{ErrorDetail::kProfileMissing, 0};
  const TrackProfile measured = *waiting_;
  std::optional<ProfileChange> change;
  if (from_frame) change = ProfileChange{*provisional_, *from_frame};
  set_profile(measured, change);
  return ok_status();
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
Event Session::State::need(std::vector<ByteRange> ranges, std::uint64_t run) {
  ENGINE_CHECK(!ranges.empty());
  if (ranges.size() == 1 && run > 0) {
    ByteRange& range = ranges.front();
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

std::uint64_t Session::State::probe_run_bytes() const {
  return options.full_profile || start_measured_ ? kRenderRunBytes : kProbeRunBytes;
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
  const FrameCount frame_count = plan_.frame_count();
  return Event{TrackReady{track_, frame_count, plan_.chunk_count(), webm_init_segment(),
                          bytes_per_probe(*pcm_, source()), whole_plan_probes(frame_count)}};
}

Result<Event> Session::State::measure() {
  if (start_measured_ && *start_measured_ != *wish_) abandon_probes();
  if (!probes_ && !in_first_go_) {
    if (Status status = begin_measuring(); !status) return status.error();
    if (provisional_) return Event{Working{}};
    if (start_measured_) {
      auto ranges = first_cluster_ranges();
      if (!ranges.empty()) return need(std::move(ranges), kRenderRunBytes);
    }
  }
  const std::uint64_t held_max = options.source_bytes_held_max / 4 * 3;
  ENGINE_TRY(MeasureStep step, probes_ ? probes_->advance(source(), held_max)
                                       : gradual_->advance_first(source(), held_max));
  if (auto* question = std::get_if<NeedManyBytes>(&step)) {
    if (question->ranges.size() > 1) add_start_of_wish(question->ranges);
    return need(std::move(question->ranges), probe_run_bytes());
  }
  if (const auto* found = std::get_if<TrackProfile>(&step)) {
    (probes_ ? profile_ : provisional_) = *found;
    abandon_probes();
  }
  return Event{Working{}};
}

Status Session::State::begin_measuring() {
  const auto budget = static_cast<std::size_t>(probe_budget);
  const FirstGo first_go = first_go_for(pcm_->frame_count(), budget);
  if (options.full_profile || first_go == FirstGo::kAll) {
    probes_ = std::make_unique<ProbeReader>(*pcm_, options.full_profile);
    return ok_status();
  }
  if (!gradual_) {
    ENGINE_TRY(gradual_, GradualProfile::create(*demuxer_, track_));
  }
  if (first_go == FirstGo::kSpread) {
    gradual_->begin_spread(budget);
  } else if (const FrameRange start = start_of_wish();
             first_go == FirstGo::kStart && start.begin < start.end) {
    gradual_->begin_start(*pcm_, start);
    start_measured_ = *wish_;
  } else {
    provisional_ = TrackProfile{};
    return ok_status();
  }
  in_first_go_ = true;
  return ok_status();
}

// What the first cluster will be made of; all provisional plans have the same chain.
FrameRange Session::State::start_of_wish() {
  if (plan_.packets_in(*wish_) == 0) return {};
  enhanced_->configure(make_provisional_plan(TrackProfile{}, *settings));
  begin_wish();
  const FrameRange input = renderer_->first_input();
  return {std::max<FrameCount>(input.begin, 0), std::min(input.end, plan_.frame_count())};
}

// The rest of the probes, while nothing is wished for.
Result<Event> Session::State::measure_rest() {
  ENGINE_TRY(MeasureStep step, gradual_->advance_rest(source(), options.source_bytes_held_max / 4));
  if (auto* question = std::get_if<NeedManyBytes>(&step)) {
    Event event = need(std::move(question->ranges), kProbeRunBytes);
    std::get<NeedRanges>(event).beside = true;
    return event;
  }
  const auto* found = std::get_if<TrackProfile>(&step);
  if (found == nullptr) return Event{Working{}};
  waiting_ = *found;
  rest_wanted_ = false;
  gradual_.reset();
  return Event{ProfileReady{*found}};
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

// A page does better with the original file than with a start of nothing but silence. Asked of
// chunk 0 alone, which reads all of this stretch: so it depends on the source, not on what was
// played before.
bool Session::State::begins_undecodable() const {
  if (options.output != SessionOutput::kClusters || *wish_ != 0) return false;
  return pcm_->undecodable_head() >= std::min(kChunkFrames, plan_.frame_count());
}

// The listener changed their mind before the profile was there, or it is there.
void Session::State::abandon_probes() {
  if (probes_) pcm_->leave_near();
  probes_.reset();
  in_first_go_ = false;
  start_measured_.reset();
}

Result<Event> Session::State::make_the_plan() {
  abandon_probes();
  configured_ = true;
  if (!wants_plan()) {
    enhanced_->configure(std::nullopt);
    return Event{Working{}};
  }
  if (!profile_) {
    const EnhancementPlan plan = make_provisional_plan(*provisional_, *settings);
    enhanced_->configure(plan);
    return Event{PlanReady{*provisional_, plan, true}};
  }
  gradual_.reset();
  const EnhancementPlan plan = make_plan(*profile_, *settings);
  if (provisional_) {
    const EnhancementPlan before = make_provisional_plan(*provisional_, *settings);
    enhanced_->configure(plan_take_over(before, plan, *profile_, change_frame_));
  } else {
    enhanced_->configure(plan);
  }
  return Event{PlanReady{*profile_, plan, false}};
}

void Session::State::begin_wish() {
  const std::int64_t first = ChunkPlan::first_packet(*wish_);
  enhanced_->turn_to(plan_.first_frame(first), plan_.first_frame(first + kChunkPackets));
  renderer_->begin(plan_, *wish_, carry_ ? &*carry_ : nullptr);
}

Result<Event> Session::State::render() {
  if (!begun_) {
    if (plan_.packets_in(*wish_) == 0) {
      return Event{EndOfTrack{plan_.frame_count(), truncated_}};
    }
    begin_wish();
    begun_ = true;
    auto ranges = first_cluster_ranges();
    if (!ranges.empty()) return need(std::move(ranges), kRenderRunBytes);
  }
  Result<Event> event = renderer_->advance(source());
  if (!event) return event;
  if (begins_undecodable()) {
    return Error{ErrorDetail::kMostlyUndecodable, track_.audio_bytes.begin};
  }
  if (auto* question = std::get_if<NeedRanges>(&*event)) {
    return need(std::move(question->ranges), kRenderRunBytes);
  }
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
  if (!wish_) return rest_wanted_ && gradual_ ? measure_rest() : Event{Idle{}};
  if (configured_) return render();
  if (wants_plan() && !profile_ && !provisional_) return measure();
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
  state_->set_profile(profile, std::nullopt);
}

Status Session::set_profile(const TrackProfile& profile, const ProfileChange& change) {
  if (change.from_frame < 0) return Error{ErrorDetail::kTakeOverFrame, 0};
  state_->set_profile(profile, change);
  return ok_status();
}

Status Session::set_probe_budget(int probes) {
  if (probes < 0) return Error{ErrorDetail::kProbeBudget, 0};
  state_->probe_budget = probes;
  return ok_status();
}

void Session::request_profile() {
  state_->request_profile();
}

Status Session::take_over(std::optional<FrameCount> from_frame) {
  if (from_frame && *from_frame < 0) return Error{ErrorDetail::kTakeOverFrame, 0};
  return state_->take_over(from_frame);
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
