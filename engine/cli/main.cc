// auralis: the engine as a native program.
#include <cstdio>
#include <cstring>

#include "engine/base/version.h"
#include "engine/cli/commands.h"
#include "engine/cli/options.h"

namespace {

using engine::cli::Command;
using engine::cli::Failure;
using engine::cli::Options;

std::optional<Failure> run(const Options& options) {
  switch (options.command) {
    case Command::kRender:
      return run_render(options);
    case Command::kChunk:
      return run_chunk(options);
    case Command::kPcm:
      return run_pcm(options);
    case Command::kAnalyze:
      return run_analyze(options);
    case Command::kInfo:
      return run_info(options);
    case Command::kHelp:
      std::fputs(engine::cli::kHelpText, stdout);
      break;
    case Command::kVersion:
      std::printf("auralis %s\n", engine::kVersion);
      break;
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed =
      engine::cli::parse_options({argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)});
  if (const auto* usage = std::get_if<engine::cli::UsageError>(&parsed)) {
    std::fprintf(stderr, "auralis: %s (auralis help lists the commands)\n", usage->message.c_str());
    return engine::cli::kExitUsage;
  }
  const auto failure = run(std::get<Options>(parsed));
  if (failure) {
    std::fprintf(stderr, "auralis: %s\n", failure->message.c_str());
    return failure->exit_code;
  }
  if (std::fflush(stdout) != 0) {
    std::fprintf(stderr, "auralis: cannot write to standard output: %s\n", std::strerror(errno));
    return engine::cli::kExitIo;
  }
  return engine::cli::kExitDone;
}
