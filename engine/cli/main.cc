// auralis: the engine as a native program.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <span>
#include <string_view>

#include "engine/base/version.h"
#include "engine/cli/commands.h"
#include "engine/cli/interruption.h"
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

// One line for a person, one object for a program. Standard output may be what failed.
int fail(const Failure& failure, bool json) {
  const bool reader_gone = engine::cli::interruption() == SIGPIPE;
  if (!reader_gone) std::fprintf(stderr, "auralis: %s\n", failure.message.c_str());
  if (json && !reader_gone) std::printf("%s\n", engine::cli::failure_json(failure).c_str());
  std::fflush(stdout);
  if (engine::cli::interruption() != 0) engine::cli::end_by_interruption();
  return failure.exit_code;
}

}  // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): without memory the program can only stop.
int main(int argc, char** argv) {
  engine::cli::watch_for_interruption();
  const std::span<const char* const> arguments(argv + 1,
                                               static_cast<std::size_t>(argc > 0 ? argc - 1 : 0));
  const auto parsed = engine::cli::parse_options(arguments);
  if (const auto* usage = std::get_if<engine::cli::UsageError>(&parsed)) {
    const bool json = std::any_of(arguments.begin(), arguments.end(),
                                  [](std::string_view text) { return text == "--json"; });
    return fail(
        engine::cli::failure(usage->detail, usage->message + " (auralis help lists the commands)"),
        json);
  }
  const auto& options = std::get<Options>(parsed);
  if (const auto failure = run(options)) return fail(*failure, options.json);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return fail(engine::cli::system_failure(engine::cli::ProgramErrorDetail::kWriteFailed,
                                            "standard output", errno),
                false);
  }
  return engine::cli::kExitDone;
}
