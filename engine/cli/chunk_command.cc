// auralis chunk: the bytes that the browser appends.
#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"
#include "engine/cli/output_file.h"

namespace engine::cli {
namespace {

std::optional<Failure> write_clusters(const Options& options, OutputFile& output) {
  auto opened = SourceFile::open(options.input);
  if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  const auto& file = std::get<SourceFile>(opened);
  SessionOptions session_options;
  session_options.bitrate_bps = options.bitrate_bps;
  Session session(session_options);
  FileDriver driver(file);
  driver.attach(session);
  if (auto failure = configure_session(session, options)) return failure;
  if (const Status status = session.request_chunk(*options.chunk); !status) {
    return describe(status.error(), file);
  }
  for (;;) {  // Ends with the chunk or a failure.
    auto event = driver.next(session, session);
    if (auto* failure = std::get_if<Failure>(&event)) return *failure;
    const Event& step = std::get<0>(event);
    if (const auto* end = std::get_if<EndOfTrack>(&step)) {
      return Failure{kExitUsage, file.name() + ": chunk " + std::to_string(*options.chunk) +
                                     " lies past the end; the last one is " +
                                     std::to_string((end->frame_count - 1) / kChunkFrames)};
    }
    if (const auto* cluster = std::get_if<ClusterReady>(&step)) {
      if (auto failure = output.append(cluster->bytes)) return failure;
      if (cluster->last_of_chunk) return std::nullopt;
    }
  }
}

}  // namespace

std::optional<Failure> run_chunk(const Options& options) {
  auto created = OutputFile::create(options.output);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& output = std::get<OutputFile>(created);
  if (options.init) {
    if (auto failure = output.append(webm_init_segment())) return failure;
  }
  if (options.chunk) {
    if (auto failure = write_clusters(options, output)) return failure;
  }
  if (auto failure = output.commit()) return failure;
  if (options.json) {
    JsonWriter json;
    json.begin_object();
    json.member("output", options.output);
    json.member("size_bytes", static_cast<std::int64_t>(output.size_bytes()));
    json.end_object();
    print_line(json.text());
  }
  return std::nullopt;
}

}  // namespace engine::cli
