// auralis render IN: the whole track, or a part, as one WebM file of the chunks' packets.
#include <utility>

#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"
#include "engine/cli/render_outputs.h"
#include "engine/cli/render_report.h"
#include "engine/session/file_renderer.h"

namespace engine::cli {
namespace {

struct Rendering {
  std::optional<EnhancementPlan> plan;
  RenderReport report;
  FileDone done;
};

std::variant<Rendering, Failure> render_to(FileRenderer& renderer, FileDriver& driver,
                                           OutputFile& output, bool with_report) {
  Rendering rendering;
  ProgressBar progress("rendering");
  for (;;) {  // Ends with FileDone or a failure.
    auto event = driver.next(renderer, renderer.session());
    if (auto* failure = std::get_if<Failure>(&event)) return *failure;
    FileEvent& step = std::get<0>(event);
    if (const auto* ready = std::get_if<PlanReady>(&step)) {
      rendering.plan = ready->plan;
      rendering.report.set_plan(ready->profile, ready->plan);
    }
    if (const auto* piece = std::get_if<FileBytes>(&step)) {
      if (auto failure = output.append(piece->bytes)) return *failure;
      if (with_report) rendering.report.add(piece->first_packet, piece->gains);
      progress.update(piece->frames_done, piece->frames_total);
    }
    if (auto* done = std::get_if<FileDone>(&step)) {
      rendering.done = std::move(*done);
      return rendering;
    }
  }
}

void report(const Options& options, const Rendering& rendering, TrackWarnings warnings,
            std::uint64_t size_bytes) {
  const double duration_s = to_seconds(rendering.done.frame_count);
  if (options.json) {
    JsonWriter json;
    json.begin_object();
    json.member("output", options.output);
    json.member("frame_count", static_cast<std::int64_t>(rendering.done.frame_count));
    json.member("duration_s", duration_s, 6);
    json.member("size_bytes", static_cast<std::int64_t>(size_bytes));
    json.member("truncated", rendering.done.truncated);
    json.member("enhanced", rendering.plan && rendering.plan->settings.enhanced);
    if (rendering.plan) {
      json.key("plan");
      json.begin_object();
      write_plan(json, *rendering.plan);
      json.end_object();
    }
    write_warnings(json, warnings);
    json.end_object();
    print_line(json.text());
    return;
  }
  print_line(options.output + ": " + decibels(duration_s, false) + " s, " +
             outcome_words(rendering.plan));
}

}  // namespace

std::optional<Failure> run_render(const Options& options) {
  if (!options.more_inputs.empty()) return run_joined_render(options);
  FileClaims claims = claims_of(options);
  auto opened = open_source(options.input, claims);
  if (auto* failure = std::get_if<Failure>(&opened)) return *failure;
  const auto& file = std::get<SourceFile>(opened);

  FileRendererOptions renderer_options;
  renderer_options.bitrate_bps = options.bitrate_bps;
  renderer_options.start_frame = to_frames(options.start_s);
  if (options.duration_s) renderer_options.frame_count = to_frames(*options.duration_s);
  FileRenderer renderer(renderer_options);
  Session& session = renderer.session();
  FileDriver driver(file);
  driver.attach(session);
  if (auto failure = configure_session(session, options, claims)) return failure;

  auto created = RenderOutputs::open(options, claims);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& outputs = std::get<RenderOutputs>(created);
  auto rendered = render_to(renderer, driver, outputs.file, outputs.report.has_value());
  if (auto* failure = std::get_if<Failure>(&rendered)) return *failure;
  const auto& rendering = std::get<Rendering>(rendered);
  if (auto failure = outputs.file.append(rendering.done.bytes)) return failure;
  const std::string json = outputs.report ? rendering.report.json(file.name()) : "";
  if (auto failure = outputs.finish(rendering.done.patches, json)) return failure;
  print_warnings(file.name(), session.warnings());
  if (!outputs.use_standard_output()) {
    report(options, rendering, session.warnings(), outputs.file.size_bytes());
  }
  return std::nullopt;
}

}  // namespace engine::cli
