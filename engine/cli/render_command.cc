// auralis render: the whole track, or a part, as one WebM file.
#include <span>
#include <utility>

#include "engine/cli/command_support.h"
#include "engine/cli/commands.h"
#include "engine/cli/output_file.h"
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
    json.member("enhanced", rendering.plan.has_value());
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
             (rendering.plan ? loudness_words(*rendering.plan) : "not enhanced"));
}

// Where a rendering goes.
struct RenderOutputs {
  OutputFile file;
  std::optional<OutputFile> report;

  bool use_standard_output() const {
    return file.is_standard_output() || (report && report->is_standard_output());
  }
};

// Both are found out and claimed before one of them is begun.
std::variant<RenderOutputs, Failure> open_outputs(const Options& options, FileClaims& claims) {
  auto target = claim_output(options.output, "-o", claims);
  if (auto* failure = std::get_if<Failure>(&target)) return *failure;
  std::optional<OutputTarget> report_target;
  if (!options.report_path.empty()) {
    auto claimed = claim_output(options.report_path, "--report", claims);
    if (auto* failure = std::get_if<Failure>(&claimed)) return *failure;
    report_target.emplace(std::get<OutputTarget>(std::move(claimed)));
  }
  auto created = OutputFile::create(std::get<OutputTarget>(std::move(target)));
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  RenderOutputs outputs{std::get<OutputFile>(std::move(created)), std::nullopt};
  if (report_target) {
    auto report = OutputFile::create(std::move(*report_target));
    if (auto* failure = std::get_if<Failure>(&report)) return *failure;
    outputs.report.emplace(std::get<OutputFile>(std::move(report)));
  }
  return outputs;
}

// Nothing takes its place before everything is written, and the report before the rendering: what
// a failure can still leave replaced is the report alone, never the user's old file of sound.
std::optional<Failure> finish(const Rendering& rendering, const std::string& input,
                              RenderOutputs& outputs) {
  if (auto failure = outputs.file.append(rendering.done.bytes)) return failure;
  for (const auto& patch : rendering.done.patches) {
    if (auto failure = outputs.file.patch(patch.offset, patch.bytes)) return failure;
  }
  if (outputs.report) {
    const std::string text = rendering.report.json(input) + "\n";
    if (auto failure = outputs.report->append(std::as_bytes(std::span(text)))) return failure;
  }
  if (auto failure = outputs.file.prepare()) return failure;
  if (outputs.report) {
    if (auto failure = outputs.report->prepare()) return failure;
    if (auto failure = outputs.report->commit()) return failure;
  }
  return outputs.file.commit();
}

}  // namespace

std::optional<Failure> run_render(const Options& options) {
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

  auto created = open_outputs(options, claims);
  if (auto* failure = std::get_if<Failure>(&created)) return *failure;
  auto& outputs = std::get<RenderOutputs>(created);
  auto rendered = render_to(renderer, driver, outputs.file, outputs.report.has_value());
  if (auto* failure = std::get_if<Failure>(&rendered)) return *failure;
  const auto& rendering = std::get<Rendering>(rendered);
  if (auto failure = finish(rendering, file.name(), outputs)) return failure;
  print_warnings(file.name(), session.warnings());
  if (!outputs.use_standard_output()) {
    report(options, rendering, session.warnings(), outputs.file.size_bytes());
  }
  return std::nullopt;
}

}  // namespace engine::cli
