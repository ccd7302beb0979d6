// auralis render A B ...: tracks joined without a gap, as one WebM file of one run of the encoder.
#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"
#include "engine/cli/joined_tracks.h"
#include "engine/cli/render_outputs.h"
#include "engine/session/joined_encoder.h"

namespace engine::cli {
namespace {

std::optional<Failure> encode(JoinedTracks& tracks, JoinedEncoder& encoder, OutputFile& output) {
  ProgressBar progress("rendering");
  for (;;) {  // Ends with the tracks or a failure.
    auto next = tracks.next();
    if (auto* failure = std::get_if<Failure>(&next)) return *failure;
    const auto& frames = std::get<0>(next);
    if (!frames) return output.append(encoder.finish());
    if (auto failure = output.append(encoder.append(BufferSlice(*frames).view()))) return failure;
    progress.update(tracks.frames_done(), tracks.promised_frames());
  }
}

// {"tracks":[...]}, each as the report of that track alone.
std::string report_json(const JoinedTracks& tracks) {
  std::string text = "{\"tracks\":";
  char before = '[';
  for (const JoinedTrack& track : tracks.tracks()) {
    text += before;
    text += track.report.json(track.input);
    before = ',';
  }
  return text + "]}";
}

void report(const Options& options, const JoinedTracks& tracks, std::uint64_t size_bytes) {
  const double duration_s = to_seconds(tracks.frames_done());
  if (!options.json) {
    print_line(options.output + ": " + decibels(duration_s, false) + " s, " +
               std::to_string(tracks.tracks().size()) + " tracks");
    for (const JoinedTrack& track : tracks.tracks()) {
      print_line("  " + track.input + ": " + decibels(to_seconds(track.frame_count), false) +
                 " s, " + outcome_words(track.plan));
    }
    return;
  }
  JsonWriter json;
  json.begin_object();
  json.member("output", options.output);
  json.member("frame_count", static_cast<std::int64_t>(tracks.frames_done()));
  json.member("duration_s", duration_s, 6);
  json.member("size_bytes", static_cast<std::int64_t>(size_bytes));
  json.member("truncated", tracks.frames_done() < tracks.promised_frames());
  write_tracks(json, tracks);
  json.end_object();
  print_line(json.text());
}

}  // namespace

std::optional<Failure> run_joined_render(const Options& options) {
  FileClaims claims = claims_of(options);
  auto joined = JoinedTracks::open(options, claims);
  if (auto* failure = std::get_if<Failure>(&joined)) return *failure;
  auto& tracks = std::get<JoinedTracks>(joined);
  auto created = RenderOutputs::open(options, claims);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& outputs = std::get<RenderOutputs>(created);

  if (auto failure = tracks.begin()) return failure;
  JoinedEncoder encoder(options.bitrate_bps, tracks.promised_frames());
  if (auto failure = encode(tracks, encoder, outputs.file)) return failure;
  const std::string json = outputs.report ? report_json(tracks) : "";
  if (auto failure = outputs.finish(encoder.patches(), json)) return failure;
  for (const JoinedTrack& track : tracks.tracks()) print_warnings(track.input, track.warnings);
  if (!outputs.use_standard_output()) report(options, tracks, outputs.file.size_bytes());
  return std::nullopt;
}

}  // namespace engine::cli
