// The Embind face of Session and FileRenderer for the worker; its types stand in
// engine-module.d.ts. No logic here: bytes are copied in and out, events become plain objects.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include "engine/base/check.h"
#include "engine/base/version.h"
#include "engine/base/vocabulary.h"
#include "engine/enhance/plan_key.h"
#include "engine/enhance/track_profile.h"
#include "engine/session/file_renderer.h"
#include "engine/session/session.h"

namespace {

using emscripten::val;

// A Uint8Array of its own: a view of the heap would be lost at the next growth.
val copy_out(const std::vector<std::byte>& bytes) {
  const auto* data = static_cast<const std::uint8_t*>(static_cast<const void*>(bytes.data()));
  return val::global("Uint8Array").new_(emscripten::typed_memory_view(bytes.size(), data));
}

val copy_out(const std::array<double, engine::kThirdOctaveCount>& values) {
  return val::global("Float64Array")
      .new_(emscripten::typed_memory_view(values.size(), values.data()));
}

// Stage after stage for every packet, in the order that engine-module.d.ts tells.
val copy_out(const std::vector<engine::StageGains>& packets) {
  std::vector<float> values;
  for (const engine::StageGains& gains : packets) {
    for (const auto member : engine::kStageGains) values.push_back(gains.*member);
  }
  return val::global("Float32Array")
      .new_(emscripten::typed_memory_view(values.size(), values.data()));
}

// A number of JavaScript has not all 64 bits.
val hexadecimal(std::uint64_t value) {
  std::string digits(16, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, value >>= 4) {
    *digit = "0123456789abcdef"[value & 15];
  }
  return val(digits);
}

val step(const char* type) {
  val object = val::object();
  object.set("type", std::string(type));
  return object;
}

val names(engine::TrackWarnings warnings) {
  val list = val::array();
  warnings.for_each([&](engine::TrackWarning warning) {
    list.call<void>("push", std::string(name_of(warning)));
  });
  return list;
}

val to_js(const engine::Error& error) {
  val object = step("error");
  object.set("code", std::string(name_of(error.code())));
  object.set("byteOffset", static_cast<double>(error.byte_offset));
  object.set("detail", std::string(facts_of(error.detail).name));
  object.set("message", std::string(error.words()));
  return object;
}

struct EventToJs {
  val operator()(const engine::NeedRanges& event) const {
    val ranges = val::array();
    for (const engine::ByteRange& range : event.ranges) {
      val object = val::object();
      object.set("begin", static_cast<double>(range.begin));
      object.set("end", static_cast<double>(range.end));
      ranges.call<void>("push", object);
    }
    val object = step(event.beside ? "needBytesBeside" : "needBytes");
    object.set("ranges", ranges);
    return object;
  }
  val operator()(const engine::TrackReady& event) const {
    val object = step("trackReady");
    object.set("container", std::string(name_of(event.track.container)));
    object.set("codec", std::string(name_of(event.track.codec)));
    object.set("sampleRateHz", event.track.sample_rate_hz);
    object.set("channels", event.track.channels);
    object.set("bitsPerSample", event.track.bits_per_sample);
    object.set("frameCount", static_cast<double>(event.frame_count));
    object.set("chunkCount", static_cast<double>(event.chunk_count));
    object.set("chunkFrames", static_cast<double>(engine::kChunkFrames));
    object.set("clusterFrames", static_cast<double>(engine::kClusterFrames));
    object.set("title", event.track.tags.title);
    object.set("artist", event.track.tags.artist);
    object.set("album", event.track.tags.album);
    object.set("warnings", names(event.track.warnings));
    object.set("initSegment", copy_out(event.init_segment));
    object.set("probeBytes", static_cast<double>(event.probe_bytes));
    object.set("wholePlanProbes", event.whole_plan_probes);
    return object;
  }
  val operator()(const engine::Noticed& event) const {
    val object = step("noticed");
    object.set("warnings", names(event.warnings));
    return object;
  }
  val operator()(const engine::PlanReady& event) const {
    val object = step("planReady");
    object.set("provisional", event.provisional);
    object.set("planKey", hexadecimal(plan_key(event.plan)));
    object.set("profile", profile_to_json(event.profile));
    object.set("loudnessLufs", event.profile.integrated_loudness_lufs);
    object.set("truePeakDbtp", event.profile.true_peak_dbtp);
    object.set("targetLufs", event.plan.target_lufs);
    object.set("expectedLufs", event.plan.expected_lufs);
    object.set("gainDb", event.plan.gain_db);
    object.set("trimDb", event.plan.trim_db);
    object.set("shortfallLu", event.plan.shortfall_lu);
    object.set("limitedBy", std::string(name_of(event.plan.limited_by)));
    object.set("limiterReductionDb", event.plan.limiter_reduction_p99_db);
    object.set("restrained", event.plan.restrained);
    object.set("toneMidDb", copy_out(event.plan.tone.mid_db));
    object.set("toneSideDb", copy_out(event.plan.tone.side_db));
    return object;
  }
  val operator()(const engine::ProfileReady&) const { return step("profileReady"); }
  val operator()(const engine::ClusterReady& event) const {
    val object = step("clusterReady");
    object.set("chunk", static_cast<double>(event.chunk));
    object.set("indexInChunk", event.index_in_chunk);
    object.set("firstFrame", static_cast<double>(event.first_frame));
    object.set("frameCount", static_cast<double>(event.frame_count));
    object.set("lastOfChunk", event.last_of_chunk);
    object.set("lastOfTrack", event.last_of_track);
    object.set("bytes", copy_out(event.bytes));
    object.set("lead", event.lead.empty() ? val::null() : copy_out(event.lead));
    object.set("planKey", event.plan_key ? hexadecimal(*event.plan_key) : val::null());
    object.set("stageGainsDb", copy_out(event.gains));
    return object;
  }
  // Sessions made here put out clusters only.
  val operator()(const engine::PacketsReady&) const { return step("working"); }
  val operator()(const engine::PcmReady&) const { return step("working"); }
  val operator()(const engine::Working&) const { return step("working"); }
  val operator()(const engine::Idle&) const { return step("idle"); }
  val operator()(const engine::EndOfTrack& event) const {
    val object = step("endOfTrack");
    object.set("frameCount", static_cast<double>(event.frame_count));
    object.set("truncated", event.truncated);
    return object;
  }
  val operator()(const engine::FileBytes& event) const {
    val object = step("fileBytes");
    object.set("bytes", copy_out(event.bytes));
    object.set("framesDone", static_cast<double>(event.frames_done));
    object.set("framesTotal", static_cast<double>(event.frames_total));
    return object;
  }
  val operator()(const engine::FileDone& event) const {
    const val patches = val::array();
    for (const auto& patch : event.patches) {
      val object = val::object();
      object.set("offset", static_cast<double>(patch.offset));
      object.set("bytes", copy_out(patch.bytes));
      patches.call<void>("push", object);
    }
    val object = step("fileDone");
    object.set("bytes", copy_out(event.bytes));
    object.set("patches", patches);
    object.set("frameCount", static_cast<double>(event.frame_count));
    object.set("truncated", event.truncated);
    return object;
  }
};

// What one session leaves to another.
class BoundCarry {
 public:
  explicit BoundCarry(engine::Carry carry) : carry_(std::move(carry)) {}

  const engine::Carry& carry() const { return carry_; }
  double packet_count() const { return static_cast<double>(carry_.packet_count); }
  double frame_count() const { return static_cast<double>(carry_.frame_count); }

 private:
  engine::Carry carry_;
};

// Puts out clusters.
class ChunkDriver {
 public:
  ChunkDriver() : session_(options()) {}

  engine::Session& session() { return session_; }
  engine::Result<engine::Event> advance() { return session_.advance(); }

 private:
  // Little is held here: the worker's own cache keeps what it fetched.
  static engine::SessionOptions options() {
    engine::SessionOptions options;
    options.source_bytes_held_max = 8 << 20;
    return options;
  }

  engine::Session session_;
};

// Puts out one file of the whole track.
class FileDriver {
 public:
  FileDriver() : renderer_(engine::FileRendererOptions{}) {}

  engine::Session& session() { return renderer_.session(); }
  engine::Result<engine::FileEvent> advance() { return renderer_.advance(); }

 private:
  engine::FileRenderer renderer_;
};

// What JavaScript calls of either.
template <typename Driver>
class Bound {
 public:
  // A call that breaks the contract makes the session answer with the error from then on.
  void set_source_size(double size_bytes) {
    keep(driver_.session().set_source_size(static_cast<std::uint64_t>(size_bytes)));
  }

  void supply(double offset, const val& bytes) {
    const auto size = bytes["length"].as<std::size_t>();
    incoming_.resize(size);
    const val view = val(emscripten::typed_memory_view(
        size, static_cast<std::uint8_t*>(static_cast<void*>(incoming_.data()))));
    view.call<void>("set", bytes);
    keep(driver_.session().supply(static_cast<std::uint64_t>(offset), incoming_));
    if (incoming_.capacity() > kIncomingKept) std::vector<std::byte>().swap(incoming_);
  }

  void request_chunk(double index) {
    constexpr double kExactMax = 9007199254740992.0;  // 2^53.
    if (!(index >= 0 && index <= kExactMax)) {        // Not a number fails, too.
      keep(engine::Error{engine::ErrorDetail::kChunkIndex, 0});
      return;
    }
    keep(driver_.session().request_chunk(static_cast<std::int64_t>(index)));
  }

  void cancel() { driver_.session().cancel(); }

  void set_original() { keep(driver_.session().set_enhancement(std::nullopt)); }

  void set_enhancement(int preset, int intensity_percent, int level, int album_loudness_mlufs,
                       int compare, bool enhanced) {
    const auto among = [](int index, auto count) { return index >= 0 && index < int{count}; };
    if (!among(preset, engine::kPresetCount) || !among(level, engine::kLevelCount) ||
        !among(compare, engine::kCompareCount)) {
      keep(engine::Error{engine::ErrorDetail::kSettingIndex, 0});
      return;
    }
    keep(driver_.session().set_enhancement(engine::EnhancementSettings{
        static_cast<engine::Preset>(preset), intensity_percent, static_cast<engine::Level>(level),
        album_loudness_mlufs, static_cast<engine::Compare>(compare), enhanced}));
  }

  // A profile as profile_to_json() writes it; false: it is none of this version.
  bool set_profile(const std::string& json) {
    const auto profile = engine::profile_from_json(json);
    if (!profile) return false;
    driver_.session().set_profile(*profile);
    return true;
  }

  val carry_over() {
    std::optional<engine::Carry> carry = driver_.session().carry_over();
    return carry ? val(BoundCarry(std::move(*carry))) : val::null();
  }

  void set_carry(const BoundCarry& carry) { driver_.session().set_carry(carry.carry()); }
  void clear_carry() { driver_.session().set_carry(std::nullopt); }

  void set_probe_budget(int probes) { keep(driver_.session().set_probe_budget(probes)); }

  void request_profile() { driver_.session().request_profile(); }

  void take_over(double from_frame) {
    keep(driver_.session().take_over(static_cast<engine::FrameCount>(from_frame)));
  }

  void take_over_everywhere() { keep(driver_.session().take_over(std::nullopt)); }

  val advance() {
    if (broken_) return to_js(*broken_);
    const auto event = driver_.advance();
    if (!event) return to_js(event.error());
    return std::visit(EventToJs{}, *event);
  }

 private:
  void keep(const engine::Status& status) {
    if (!status && !broken_) broken_ = status.error();
  }

  static constexpr std::size_t kIncomingKept = 256 << 10;

  Driver driver_;
  std::vector<std::byte> incoming_;
  std::optional<engine::Error> broken_;
};

using BoundSession = Bound<ChunkDriver>;
using BoundFile = Bound<FileDriver>;

std::string version() {
  return engine::kVersion;
}

template <typename Names>
val names_of(const Names& names) {
  val list = val::array();
  for (const std::string_view name : names) list.call<void>("push", std::string(name));
  return list;
}

// What web/src/shared/vocabulary.ts was generated from; a test compares the two.
val vocabulary() {
  val object = val::object();
  object.set("containers", names_of(engine::kContainerNames));
  object.set("codecs", names_of(engine::kCodecNames));
  object.set("presets", names_of(engine::kPresetNames));
  object.set("levels", names_of(engine::kLevelNames));
  object.set("compares", names_of(engine::kCompareNames));
  object.set("stages", names_of(engine::kStageNames));
  object.set("gainLimits", names_of(engine::kGainLimitNames));
  object.set("engineErrorCodes", names_of(engine::kErrorCodeNames));
  object.set("trackWarnings", names_of(engine::kTrackWarningNames));
  val details = val::object();
  for (const engine::ErrorFacts& facts : engine::kErrorFacts) {
    details.set(std::string(facts.name), std::string(name_of(facts.code)));
  }
  object.set("errorDetails", details);
  return object;
}

}  // namespace

EMSCRIPTEN_BINDINGS(session) {
  emscripten::function("version", &version);
  emscripten::function("vocabulary", &vocabulary);
  emscripten::class_<BoundCarry>("Carry")
      .function("packetCount", &BoundCarry::packet_count)
      .function("frameCount", &BoundCarry::frame_count);
  emscripten::class_<BoundSession>("Session")
      .constructor<>()
      .function("setSourceSize", &BoundSession::set_source_size)
      .function("supply", &BoundSession::supply)
      .function("requestChunk", &BoundSession::request_chunk)
      .function("cancel", &BoundSession::cancel)
      .function("setOriginal", &BoundSession::set_original)
      .function("setEnhancement", &BoundSession::set_enhancement)
      .function("setProfile", &BoundSession::set_profile)
      .function("carryOver", &BoundSession::carry_over)
      .function("setCarry", &BoundSession::set_carry)
      .function("clearCarry", &BoundSession::clear_carry)
      .function("setProbeBudget", &BoundSession::set_probe_budget)
      .function("requestProfile", &BoundSession::request_profile)
      .function("takeOver", &BoundSession::take_over)
      .function("takeOverEverywhere", &BoundSession::take_over_everywhere)
      .function("advance", &BoundSession::advance);
  emscripten::class_<BoundFile>("FileRenderer")
      .constructor<>()
      .function("setSourceSize", &BoundFile::set_source_size)
      .function("supply", &BoundFile::supply)
      .function("setOriginal", &BoundFile::set_original)
      .function("setEnhancement", &BoundFile::set_enhancement)
      .function("advance", &BoundFile::advance);
}
