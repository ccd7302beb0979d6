// Failure: why the program ends, for a person and for a program.
//
// What goes wrong inside the engine has its names in engine/base/vocabulary.h; the rows here are
// what else can: the command line, files and pipes. tools/vocabulary/generate.mjs makes
// docs/errors.md of both. Names are stable, words may change.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

// clang-format off

// Name, exit code, what a caller can do.
#define AURALIS_PROGRAM_ERROR_CODES(X) \
  X(kUsage, "usage", 2, "the command line cannot be carried out: change it") \
  X(kIo, "io", 4, "a file or pipe could not be read or written")

#define AURALIS_PROGRAM_ERROR_DETAILS(X) \
  X(kNoCommand, kUsage, "no-command", "no command given") \
  X(kUnknownCommand, kUsage, "unknown-command", "unknown command") \
  X(kUnknownOption, kUsage, "unknown-option", "unknown option") \
  X(kOptionValue, kUsage, "option-value", "an option without its value, or with a wrong one") \
  X(kOptionConflict, kUsage, "option-conflict", "options that do not go together") \
  X(kNoInput, kUsage, "no-input", "no input file given") \
  X(kExtraInput, kUsage, "extra-input", "more than one input file") \
  X(kNoOutput, kUsage, "no-output", "no output file given") \
  X(kNoIndex, kUsage, "no-index", "no chunk index given") \
  X(kSameFile, kUsage, "same-file", "an output is a file that is read, or another output") \
  X(kNotFound, kIo, "not-found", "there is no such file or folder") \
  X(kDenied, kIo, "denied", "access is denied") \
  X(kIsFolder, kIo, "is-folder", "this is a folder") \
  X(kNotAFile, kIo, "not-a-file", "neither a regular file nor something to stream to") \
  X(kReadFailed, kIo, "read-failed", "cannot read") \
  X(kBecameShorter, kIo, "became-shorter", "the file became shorter while it was read") \
  X(kInputTooLong, kIo, "input-too-long", "more than 4 GiB through a pipe") \
  X(kWriteFailed, kIo, "write-failed", "cannot write") \
  X(kNoRoom, kIo, "no-room", "there is no room left") \
  X(kFileTooLarge, kIo, "file-too-large", "larger than a file may be here") \
  X(kPipeClosed, kIo, "pipe-closed", "nobody reads the output any more") \
  X(kInterrupted, kIo, "interrupted", "interrupted by a signal")

#define AURALIS_PROGRAM_ERROR_MEMBER(symbol, ...) symbol,

// clang-format on

namespace engine::cli {

/// Exit codes of the program; 3 are the engine's own codes for a source that cannot be played.
inline constexpr int kExitDone = 0;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInput = 3;
inline constexpr int kExitIo = 4;

enum class ProgramErrorCode : std::uint8_t {
  AURALIS_PROGRAM_ERROR_CODES(AURALIS_PROGRAM_ERROR_MEMBER)
};
enum class ProgramErrorDetail : std::uint8_t {
  AURALIS_PROGRAM_ERROR_DETAILS(AURALIS_PROGRAM_ERROR_MEMBER)
};
#undef AURALIS_PROGRAM_ERROR_MEMBER

/// Why the program ends; `message` is one line for a person.
struct Failure {
  int exit_code = kExitIo;
  std::string_view code;    // A stable name of one of the tables.
  std::string_view detail;  // The same.
  std::string message;
  std::string file{};                                       // As the user calls it; empty: none.
  std::optional<std::uint64_t> byte_offset = std::nullopt;  // Where in the source.
};

/// `message` is the whole line.
Failure failure(ProgramErrorDetail detail, std::string message, std::string file = {});

/// "FILE: what the detail says".
Failure file_failure(ProgramErrorDetail detail, const std::string& file);

/// What `error_number` (of errno) says about `file`; `otherwise` where it says nothing of its own.
Failure system_failure(ProgramErrorDetail otherwise, const std::string& file, int error_number);

/// The engine's error as one line: what, where, what to do.
Failure engine_failure(const Error& error, const std::string& file);

/// {"error":{"code":...,"detail":...,"message":...,"byte_offset":...,"file":...}}, without what is
/// not known.
std::string failure_json(const Failure& failure);

}  // namespace engine::cli
