// auralis info and auralis analyze: what the file is, what was measured and what would be done.
#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"

namespace engine::cli {
namespace {

void write_track(JsonWriter& json, const TrackReady& ready) {
  const TrackInfo& track = ready.track;
  json.member("container", name_of(track.container));
  json.member("codec", name_of(track.codec));
  json.member("sample_rate_hz", track.sample_rate_hz);
  json.member("channels", track.channels);
  json.member("bits_per_sample", track.bits_per_sample);
  json.member("frame_count", static_cast<std::int64_t>(track.frame_count));
  json.member("duration_s", static_cast<double>(track.frame_count) / track.sample_rate_hz, 6);
  json.member("leading_trim_frames", static_cast<std::int64_t>(track.leading_trim));
  json.member("trailing_trim_frames", static_cast<std::int64_t>(track.trailing_trim));
  json.member("output_frame_count", static_cast<std::int64_t>(ready.frame_count));
  json.member("chunk_count", ready.chunk_count);
  json.key("tags");
  json.begin_object();
  json.member("title", track.tags.title);
  json.member("artist", track.tags.artist);
  json.member("album", track.tags.album);
  json.end_object();
}

std::variant<TrackReady, Failure> open_track(Session& session, FileDriver& driver) {
  auto event = driver.next(session, session);
  if (auto* failure = std::get_if<Failure>(&event)) return *failure;
  return std::get<TrackReady>(std::get<0>(std::move(event)));  // Always the first event.
}

// Decodes all of the track, so that the session notices what there is to notice; the frames at
// 48 kHz that there are.
std::variant<FrameCount, Failure> read_through(Session& session, FileDriver& driver) {
  for (std::int64_t chunk = 0;;) {  // Ends with the track or a failure.
    auto event = driver.next(session, session);
    if (auto* failure = std::get_if<Failure>(&event)) return *failure;
    const Event& step = std::get<0>(event);
    if (const auto* end = std::get_if<EndOfTrack>(&step)) return end->frame_count;
    if (session.undecodable_for_long()) {
      return engine_failure({ErrorDetail::kMostlyUndecodable, 0}, driver.file().name());
    }
    if (const auto* pcm = std::get_if<PcmReady>(&step); pcm != nullptr && pcm->last_of_track) {
      return pcm->first_frame + pcm->frames.frames();
    }
    if (!std::holds_alternative<Idle>(step)) continue;
    if (const Status status = session.request_chunk(chunk++); !status) {
      return engine_failure(status.error(), driver.file().name());
    }
  }
}

void print_track(const std::string& name, const TrackInfo& track) {
  print_line(name);
  if (!track.tags.title.empty()) print_line("  title     " + track.tags.title);
  if (!track.tags.artist.empty()) print_line("  artist    " + track.tags.artist);
  if (!track.tags.album.empty()) print_line("  album     " + track.tags.album);
  print_line("  format    " + std::string(name_of(track.container)) + ", " +
             std::string(name_of(track.codec)) + ", " + std::to_string(track.sample_rate_hz) +
             " Hz, " + std::to_string(track.channels) +
             (track.channels == 1 ? " channel" : " channels") +
             (track.bits_per_sample > 0 ? ", " + std::to_string(track.bits_per_sample) + " bit"
                                        : std::string()));
  print_line("  length    " + std::to_string(track.frame_count) + " frames, " +
             decibels(static_cast<double>(track.frame_count) / track.sample_rate_hz, false) + " s");
  if (track.leading_trim > 0 || track.trailing_trim > 0) {
    print_line("  trimmed   " + std::to_string(track.leading_trim) + " frames at the start, " +
               std::to_string(track.trailing_trim) + " at the end");
  }
}

}  // namespace

std::optional<Failure> run_info(const Options& options) {
  auto opened = SourceFile::open(options.input);
  if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  SessionOptions session_options;
  session_options.output = SessionOutput::kPcm;
  Session session(session_options);
  FileDriver driver(std::get<SourceFile>(opened));
  driver.attach(session);
  auto opening = open_track(session, driver);
  if (auto* failure = std::get_if<Failure>(&opening)) return *failure;
  const auto& ready = std::get<TrackReady>(opening);
  std::optional<FrameCount> decoded;
  if (options.full) {
    auto read = read_through(session, driver);
    if (auto* failure = std::get_if<Failure>(&read)) return *failure;
    if (session.mostly_undecodable()) {
      return engine_failure({ErrorDetail::kMostlyUndecodable, 0}, options.input);
    }
    decoded = std::get<FrameCount>(read);
  }
  if (!options.json) {
    print_track(options.input, ready.track);
    if (decoded && *decoded < ready.frame_count) {
      print_line("  playable  " + decibels(to_seconds(*decoded), false) + " s");
    }
    session.warnings().for_each(
        [](TrackWarning warning) { print_line(std::string("  warning   ") + words_of(warning)); });
    return std::nullopt;
  }
  JsonWriter json;
  json.begin_object();
  write_track(json, ready);
  if (decoded) json.member("decoded_frame_count", static_cast<std::int64_t>(*decoded));
  write_warnings(json, session.warnings());
  json.end_object();
  print_line(json.text());
  return std::nullopt;
}

std::optional<Failure> run_analyze(const Options& options) {
  auto opened = SourceFile::open(options.input);
  if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  SessionOptions session_options;
  session_options.full_profile = options.full;
  Session session(session_options);
  FileDriver driver(std::get<SourceFile>(opened));
  driver.attach(session);
  Options any_enhancement = options;
  any_enhancement.settings.enhanced = true;
  any_enhancement.settings.intensity_percent = 100;
  FileClaims claims = claims_of(options);
  if (auto failure = configure_session(session, any_enhancement, claims)) return failure;
  auto track = open_track(session, driver);
  if (auto* failure = std::get_if<Failure>(&track)) return *failure;
  if (const Status status = session.request_chunk(0); !status) {
    return engine_failure(status.error(), options.input);
  }
  auto event = driver.next(session, session);
  if (auto* failure = std::get_if<Failure>(&event)) return *failure;
  const TrackProfile& profile = std::get<PlanReady>(std::get<0>(event)).profile;

  JsonWriter plans;
  plans.begin_array();
  if (!options.json) {
    print_track(options.input, std::get<TrackReady>(track).track);
    for (const std::string& line : profile_words(profile)) print_line("  " + line);
  }
  for (int i = 0; i < kPresetCount; ++i) {
    EnhancementSettings settings = options.settings;
    settings.preset = static_cast<Preset>(i);
    const EnhancementPlan plan = make_plan(profile, settings);
    if (options.json) {
      plans.begin_object();
      write_plan(plans, plan);
      plans.end_object();
    } else {
      print_line(std::string(name_of(settings.preset)));
      for (const std::string& line : plan_words(profile, plan)) print_line("  " + line);
    }
  }
  plans.end_array();
  print_warnings(options.input, session.warnings());
  if (!options.json) return std::nullopt;
  JsonWriter warnings;
  warnings.begin_object();
  write_warnings(warnings, session.warnings());
  warnings.end_object();
  // The profile is a text of its own, and comes first (load_profile() looks for it there).
  print_line("{\"profile\":" + profile_to_json(profile) + ",\"plans\":" + plans.text() + "," +
             warnings.text().substr(1));
  return std::nullopt;
}

}  // namespace engine::cli
