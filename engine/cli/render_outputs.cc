#include "engine/cli/render_outputs.h"

#include <utility>

#include "engine/cli/command_support.h"

namespace engine::cli {

std::variant<RenderOutputs, Failure> RenderOutputs::open(const Options& options,
                                                         FileClaims& claims) {
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

std::optional<Failure> RenderOutputs::finish(std::span<const WebmFileWriter::Patch> patches,
                                             const std::string& report_json) {
  for (const auto& patch : patches) {
    if (auto failure = file.patch(patch.offset, patch.bytes)) return failure;
  }
  if (report) {
    const std::string text = report_json + "\n";
    if (auto failure = report->append(std::as_bytes(std::span(text)))) return failure;
  }
  if (auto failure = file.prepare()) return failure;
  if (report) {
    if (auto failure = report->prepare()) return failure;
    if (auto failure = report->commit()) return failure;
  }
  return file.commit();
}

}  // namespace engine::cli
