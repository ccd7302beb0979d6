// auralis pcm: what enters the encoder, as a 32-bit float WAV file.
#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"
#include "engine/cli/joined_tracks.h"
#include "engine/cli/output_file.h"
#include "engine/cli/wav_output.h"

namespace engine::cli {
namespace {

std::optional<Failure> write_frames(JoinedTracks& tracks, OutputFile& output) {
  ProgressBar progress("decoding");
  for (;;) {  // Ends with the tracks or a failure.
    auto next = tracks.next();
    if (auto* failure = std::get_if<Failure>(&next)) return *failure;
    const auto& frames = std::get<0>(next);
    if (!frames) return std::nullopt;
    if (auto failure = output.append(wav_samples(BufferSlice(*frames).view()))) return failure;
    progress.update(tracks.frames_done(), tracks.promised_frames());
  }
}

void report(const Options& options, const JoinedTracks& tracks) {
  JsonWriter json;
  json.begin_object();
  json.member("output", options.output);
  json.member("frame_count", static_cast<std::int64_t>(tracks.frames_done()));
  json.member("truncated", tracks.frames_done() < tracks.promised_frames());
  if (options.more_inputs.empty()) {
    write_warnings(json, tracks.tracks().front().warnings);
  } else {
    write_tracks(json, tracks);
  }
  json.end_object();
  print_line(json.text());
}

}  // namespace

std::optional<Failure> run_pcm(const Options& options) {
  FileClaims claims = claims_of(options);
  auto joined = JoinedTracks::open(options, claims);
  if (auto* failure = std::get_if<Failure>(&joined)) return *failure;
  auto& tracks = std::get<JoinedTracks>(joined);
  auto created = open_output(options, claims);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& output = std::get<OutputFile>(created);

  if (auto failure = tracks.begin()) return failure;
  const FrameCount promised = tracks.promised_frames();
  if (auto failure = output.append(wav_head(promised, promised))) return failure;
  if (auto failure = write_frames(tracks, output)) return failure;
  if (tracks.frames_done() < promised) {
    if (auto failure = output.patch(0, wav_head(tracks.frames_done(), promised))) return failure;
  }
  if (auto failure = output.commit()) return failure;
  for (const JoinedTrack& track : tracks.tracks()) print_warnings(track.input, track.warnings);
  if (options.json) report(options, tracks);
  return std::nullopt;
}

}  // namespace engine::cli
