// auralis pcm: what enters the encoder, as a 32-bit float WAV file.
#include <algorithm>
#include <cstring>

#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"
#include "engine/cli/output_file.h"
#include "engine/session/chunk_plan.h"

namespace engine::cli {
namespace {

constexpr std::uint32_t kFrameBytes = 4 * kOutputChannelCount;
constexpr FrameCount kWavFramesMax = (0xFFFFFFFFu - 128) / kFrameBytes;

void put_text(std::vector<std::byte>& out, const char* text) {
  for (; *text != '\0'; ++text) out.push_back(static_cast<std::byte>(*text));
}

void put_le(std::vector<std::byte>& out, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i, value >>= 8) out.push_back(static_cast<std::byte>(value & 0xFF));
}

// RIFF/WAVE with format tag 3, IEEE float; a "fact" chunk belongs to every format but PCM. `large`:
// RF64 (EBU Tech 3306), whose sizes are in a chunk of their own, of 64 bits.
std::vector<std::byte> wav_head(FrameCount frame_count, bool large) {
  const auto frames = static_cast<std::uint64_t>(frame_count);
  const std::uint64_t data_bytes = frames * kFrameBytes;
  const std::uint64_t riff_bytes = 4 + (8 + 18) + (8 + 4) + 8 + data_bytes + (large ? 8 + 28 : 0);
  constexpr std::uint32_t kElsewhere = 0xFFFFFFFF;
  std::vector<std::byte> out;
  put_text(out, large ? "RF64" : "RIFF");
  put_le(out, large ? kElsewhere : riff_bytes, 4);
  put_text(out, "WAVE");
  if (large) {
    put_text(out, "ds64");
    put_le(out, 28, 4);
    put_le(out, riff_bytes, 8);
    put_le(out, data_bytes, 8);
    put_le(out, frames, 8);
    put_le(out, 0, 4);
  }
  put_text(out, "fmt ");
  put_le(out, 18, 4);
  put_le(out, 3, 2);
  put_le(out, kOutputChannelCount, 2);
  put_le(out, kOutputRateHz, 4);
  put_le(out, kOutputRateHz * kFrameBytes, 4);
  put_le(out, kFrameBytes, 2);
  put_le(out, 32, 2);
  put_le(out, 0, 2);
  put_text(out, "fact");
  put_le(out, 4, 4);
  put_le(out, large ? kElsewhere : frames, 4);
  put_text(out, "data");
  put_le(out, large ? kElsewhere : data_bytes, 4);
  return out;
}

// Frames [begin, end) of `audio`, interleaved, little-endian floats.
std::vector<std::byte> interleave(const AudioBuffer& audio, FrameCount begin, FrameCount end) {
  std::vector<std::byte> out;
  out.reserve(static_cast<std::size_t>(end - begin) * kFrameBytes);
  const auto left = audio.channel(0);
  const auto right = audio.channel(1);
  for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
    for (const float sample : {left[i], right[i]}) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &sample, sizeof(bits));
      put_le(out, bits, 4);
    }
  }
  return out;
}

// The frames of the track that are wanted, and how far the writing is.
struct Span {
  FrameCount begin = 0;
  FrameCount end = 0;
  FrameCount written = 0;

  FrameCount wanted() const { return end - begin; }
  std::vector<std::byte> head(FrameCount frame_count) const {
    return wav_head(frame_count, wanted() > kWavFramesMax);
  }
};

std::optional<Failure> begin_output(const Options& options, const TrackReady& track, Span& span,
                                    OutputFile& output) {
  span.begin = to_frames(options.start_s);
  span.end = track.frame_count;
  if (options.duration_s)
    span.end = std::min(span.end, span.begin + to_frames(*options.duration_s));
  if (span.begin >= span.end) {
    return engine_failure({ErrorDetail::kStartPastEnd, 0}, options.input);
  }
  return output.append(span.head(span.wanted()));
}

std::optional<Failure> write_frames(Session& session, FileDriver& driver, const Options& options,
                                    Span& span, OutputFile& output) {
  ProgressBar progress("decoding");
  bool wished = false;
  for (std::int64_t chunk = 0;;) {  // Ends with the span, the track or a failure.
    auto event = driver.next(session, session);
    if (auto* failure = std::get_if<Failure>(&event)) return *failure;
    const Event& step = std::get<0>(event);
    if (const auto* track = std::get_if<TrackReady>(&step)) {
      if (auto failure = begin_output(options, *track, span, output)) return failure;
      chunk = span.begin / kChunkFrames;
    }
    if (std::holds_alternative<EndOfTrack>(step)) return std::nullopt;
    if (session.undecodable_for_long()) return std::nullopt;  // Which run_pcm() reports.
    if (const auto* pcm = std::get_if<PcmReady>(&step)) {
      const FrameCount begin = std::max<FrameCount>(span.begin - pcm->first_frame, 0);
      const FrameCount end = std::min(pcm->frames.frames(), span.end - pcm->first_frame);
      if (begin < end) {
        if (auto failure = output.append(interleave(pcm->frames, begin, end))) return failure;
        span.written += end - begin;
        progress.update(span.written, span.wanted());
      }
      if (span.written == span.wanted()) return std::nullopt;
    }
    if (std::holds_alternative<Idle>(step)) {
      const Status status = session.request_chunk(wished ? ++chunk : chunk);
      if (!status) return engine_failure(status.error(), options.input);
      wished = true;
    }
  }
}

}  // namespace

std::optional<Failure> run_pcm(const Options& options) {
  FileClaims claims = claims_of(options);
  auto opened = open_source(options.input, claims);
  if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  SessionOptions session_options;
  session_options.output = SessionOutput::kPcm;
  Session session(session_options);
  FileDriver driver(std::get<SourceFile>(opened));
  driver.attach(session);
  if (auto failure = configure_session(session, options, claims)) return failure;

  auto created = open_output(options, claims);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& output = std::get<OutputFile>(created);
  Span span;
  if (auto failure = write_frames(session, driver, options, span, output)) return failure;
  if (session.mostly_undecodable()) {
    return engine_failure({ErrorDetail::kMostlyUndecodable, 0}, options.input);
  }
  if (span.written == 0) return engine_failure({ErrorDetail::kEndsBeforeStart, 0}, options.input);
  if (span.written < span.wanted()) {
    if (auto failure = output.patch(0, span.head(span.written))) return failure;
  }
  if (auto failure = output.commit()) return failure;
  print_warnings(options.input, session.warnings());
  if (options.json) {
    JsonWriter json;
    json.begin_object();
    json.member("output", options.output);
    json.member("frame_count", static_cast<std::int64_t>(span.written));
    json.member("truncated", span.written < span.wanted());
    write_warnings(json, session.warnings());
    json.end_object();
    print_line(json.text());
  }
  return std::nullopt;
}

}  // namespace engine::cli
