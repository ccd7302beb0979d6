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
  json.key("warnings");
  json.begin_array();
  track.warnings.for_each([&](TrackWarning warning) {
    json.begin_object();
    json.member("name", name_of(warning));
    json.member("words", words_of(warning));
    json.end_object();
  });
  json.end_array();
}

std::variant<TrackReady, Failure> open_track(Session& session, FileDriver& driver) {
  auto event = driver.next(session, session);
  if (auto* failure = std::get_if<Failure>(&event)) return *failure;
  return std::get<TrackReady>(std::get<0>(std::move(event)));  // Always the first event.
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
  track.warnings.for_each(
      [](TrackWarning warning) { print_line(std::string("  warning   ") + words_of(warning)); });
}

}  // namespace

std::optional<Failure> run_info(const Options& options) {
  auto opened = SourceFile::open(options.input);
  if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  Session session(SessionOptions{});
  FileDriver driver(std::get<SourceFile>(opened));
  driver.attach(session);
  auto ready = open_track(session, driver);
  if (auto* failure = std::get_if<Failure>(&ready)) return *failure;
  if (!options.json) {
    print_track(options.input, std::get<TrackReady>(ready).track);
    return std::nullopt;
  }
  JsonWriter json;
  json.begin_object();
  write_track(json, std::get<TrackReady>(ready));
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
  any_enhancement.original = false;
  any_enhancement.settings.intensity_percent = 100;
  if (auto failure = configure_session(session, any_enhancement)) return failure;
  auto track = open_track(session, driver);
  if (auto* failure = std::get_if<Failure>(&track)) return *failure;
  if (const Status status = session.request_chunk(0); !status) {
    return Failure{kExitUsage, status.error().words()};
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
      for (const std::string& line : plan_words(plan)) print_line("  " + line);
    }
  }
  plans.end_array();
  if (options.json) {
    print_line("{\"profile\":" + profile_to_json(profile) + ",\"plans\":" + plans.text() + "}");
  }
  return std::nullopt;
}

}  // namespace engine::cli
