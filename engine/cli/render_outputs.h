// RenderOutputs: the file of sound and the report of `auralis render`, found out and claimed before
// one of them is begun, and put in their places together.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/cli/failure.h"
#include "engine/cli/options.h"
#include "engine/cli/output_file.h"
#include "engine/session/file_renderer.h"

namespace engine::cli {

struct RenderOutputs {
  OutputFile file;
  std::optional<OutputFile> report;

  static std::variant<RenderOutputs, Failure> open(const Options& options, FileClaims& claims);

  bool use_standard_output() const {
    return file.is_standard_output() || (report && report->is_standard_output());
  }

  /// Patches the file, writes the report where one is wanted, and puts both in their places.
  /// Nothing takes its place before everything is written, and the report before the rendering:
  /// what a failure can still leave replaced is the report alone, never the user's old file of
  /// sound.
  std::optional<Failure> finish(std::span<const WebmFileWriter::Patch> patches,
                                const std::string& report_json);
};

}  // namespace engine::cli
