// The commands of `auralis`. Each returns what went wrong, or nothing.
#pragma once

#include <optional>

#include "engine/cli/failure.h"
#include "engine/cli/options.h"

namespace engine::cli {

std::optional<Failure> run_render(const Options& options);
/// Of several inputs; run_render() calls it.
std::optional<Failure> run_joined_render(const Options& options);
std::optional<Failure> run_chunk(const Options& options);
std::optional<Failure> run_pcm(const Options& options);
std::optional<Failure> run_analyze(const Options& options);
std::optional<Failure> run_info(const Options& options);

}  // namespace engine::cli
