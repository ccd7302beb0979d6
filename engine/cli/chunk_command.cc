// auralis chunk: the bytes that the browser appends.
#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"
#include "engine/cli/output_file.h"

namespace engine::cli {
namespace {

std::optional<Failure> write_clusters(const Options& options, FileDriver& driver, Session& session,
                                      OutputFile& output) {
  for (;;) {  // Ends with the chunk or a failure.
    auto event = driver.next(session, session);
    if (auto* failure = std::get_if<Failure>(&event)) return *failure;
    const Event& step = std::get<0>(event);
    if (const auto* end = std::get_if<EndOfTrack>(&step)) {
      Failure past = engine_failure({ErrorDetail::kChunkIndex, 0}, options.input);
      past.message = options.input + ": chunk " + std::to_string(*options.chunk) +
                     " lies past the end; the last one is " +
                     std::to_string((end->frame_count - 1) / kChunkFrames);
      return past;
    }
    if (const auto* cluster = std::get_if<ClusterReady>(&step)) {
      const bool is_led = options.lead && !cluster->lead.empty();
      if (auto failure = output.append(is_led ? cluster->lead : cluster->bytes)) return failure;
      if (cluster->last_of_chunk) return std::nullopt;
    }
  }
}

// Ends the command; `warnings` of the track, where there is one.
std::optional<Failure> finish(const Options& options, OutputFile& output,
                              const std::optional<TrackWarnings>& warnings) {
  if (auto failure = output.commit()) return failure;
  if (warnings) print_warnings(options.input, *warnings);
  if (!options.json) return std::nullopt;
  JsonWriter json;
  json.begin_object();
  json.member("output", options.output);
  json.member("size_bytes", static_cast<std::int64_t>(output.size_bytes()));
  if (warnings) write_warnings(json, *warnings);
  json.end_object();
  print_line(json.text());
  return std::nullopt;
}

std::optional<Failure> write_init_alone(const Options& options) {
  FileClaims claims = claims_of(options);
  if (!options.input.empty()) {
    auto opened = open_source(options.input, claims);
    if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  }
  auto created = open_output(options, claims);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& output = std::get<OutputFile>(created);
  if (auto failure = output.append(webm_init_segment())) return failure;
  return finish(options, output, std::nullopt);
}

}  // namespace

std::optional<Failure> run_chunk(const Options& options) {
  if (!options.chunk) return write_init_alone(options);
  FileClaims claims = claims_of(options);
  auto opened = open_source(options.input, claims);
  if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  const auto& file = std::get<SourceFile>(opened);
  SessionOptions session_options;
  session_options.bitrate_bps = options.bitrate_bps;
  Session session(session_options);
  FileDriver driver(file);
  driver.attach(session);
  if (auto failure = configure_session(session, options, claims)) return failure;
  auto created = open_output(options, claims);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& output = std::get<OutputFile>(created);
  if (options.init) {
    if (auto failure = output.append(webm_init_segment())) return failure;
  }
  if (const Status status = session.request_chunk(*options.chunk); !status) {
    return engine_failure(status.error(), file.name());
  }
  if (auto failure = write_clusters(options, driver, session, output)) return failure;
  return finish(options, output, session.warnings());
}

}  // namespace engine::cli
