#include "engine/cli/failure.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/json_writer.h"

namespace engine::cli {
namespace {

struct CodeRow {
  std::string_view name;
  int exit_code = kExitIo;
};
struct DetailRow {
  ProgramErrorCode code{};
  std::string_view name;
  const char* words = "";
};

#define AURALIS_CODE_ROW(symbol, name, exit_code, words) CodeRow{name, exit_code},
constexpr std::array kCodeRows = {AURALIS_PROGRAM_ERROR_CODES(AURALIS_CODE_ROW)};
#undef AURALIS_CODE_ROW

#define AURALIS_DETAIL_ROW(symbol, code, name, words) \
  DetailRow{ProgramErrorCode::code, name, words},
constexpr std::array kDetailRows = {AURALIS_PROGRAM_ERROR_DETAILS(AURALIS_DETAIL_ROW)};
#undef AURALIS_DETAIL_ROW

const DetailRow& row_of(ProgramErrorDetail detail) {
  return kDetailRows[static_cast<std::size_t>(detail)];
}

ProgramErrorDetail detail_of(int error_number, ProgramErrorDetail otherwise) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ProgramErrorDetail::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return ProgramErrorDetail::kDenied;
    case EISDIR:
      return ProgramErrorDetail::kIsFolder;
    case ENOSPC:
    case EDQUOT:
      return ProgramErrorDetail::kNoRoom;
    case EFBIG:
      return ProgramErrorDetail::kFileTooLarge;
    case EPIPE:
      return ProgramErrorDetail::kPipeClosed;
    default:
      return otherwise;
  }
}

}  // namespace

Failure failure(ProgramErrorDetail detail, std::string message, std::string file) {
  const DetailRow& row = row_of(detail);
  const CodeRow& code = kCodeRows[static_cast<std::size_t>(row.code)];
  return {code.exit_code, code.name, row.name, std::move(message), std::move(file)};
}

Failure file_failure(ProgramErrorDetail detail, const std::string& file) {
  return failure(detail, file + ": " + row_of(detail).words, file);
}

Failure system_failure(ProgramErrorDetail otherwise, const std::string& file, int error_number) {
  const ProgramErrorDetail detail = detail_of(error_number, otherwise);
  const std::string words = row_of(detail).words;
  return failure(detail, file + ": " + words + " (" + std::strerror(error_number) + ")", file);
}

Failure engine_failure(const Error& error, const std::string& file) {
  const ErrorFacts& facts = facts_of(error.detail);
  const ErrorCodeFacts& code = facts_of(facts.code);
  Failure result{code.exit_code, code.name, facts.name, file + ": ", file};
  const std::string where = " (byte " + std::to_string(error.byte_offset) + ")";
  switch (facts.code) {
    case ErrorCode::kUnsupportedFormat:
      result.message += std::string("not supported: ") + facts.words;
      break;
    case ErrorCode::kCorruptData:
      result.message += std::string("damaged: ") + facts.words + where;
      break;
    case ErrorCode::kLimitExceeded:
      result.message += std::string("past a limit of this program: ") + facts.words + where;
      break;
    case ErrorCode::kInvalidArgument:
      result.message += facts.words;
      return result;  // Of the call, not of a place in the source.
  }
  result.byte_offset = error.byte_offset;
  return result;
}

std::string failure_json(const Failure& failure) {
  JsonWriter json;
  json.begin_object();
  json.key("error");
  json.begin_object();
  json.member("code", failure.code);
  json.member("detail", failure.detail);
  json.member("message", failure.message);
  if (failure.byte_offset) {
    json.key("byte_offset");
    json.unsigned_integer(*failure.byte_offset);
  }
  if (!failure.file.empty()) json.member("file", failure.file);
  json.end_object();
  json.end_object();
  return json.text();
}

}  // namespace engine::cli
