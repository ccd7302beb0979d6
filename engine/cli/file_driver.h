// FileDriver: runs a Session (or FileRenderer) over a file: answers its questions for bytes and
// hands on every other event.
#pragma once

#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/cli/interruption.h"
#include "engine/cli/source_file.h"
#include "engine/session/session.h"

namespace engine::cli {

class FileDriver {
 public:
  explicit FileDriver(const SourceFile& file) : file_(file) {}

  const SourceFile& file() const { return file_; }

  /// Tells the session its source's size. Once, before next().
  void attach(Session& session) const;

  /// The next event that is not a question for bytes, Working nor Noticed (ask warnings()).
  /// `engine` is what is advanced: the session itself or what wraps it; its advance() answers a
  /// variant that has these two.
  template <typename Engine>
  auto next(Engine& engine, Session& session)
      -> std::variant<typename std::remove_reference_t<decltype(*engine.advance())>, Failure> {
    for (;;) {  // Ends: the engine makes progress with every answer.
      auto event = engine.advance();
      if (!event) return engine_failure(event.error(), file_.name());
      if (interruption() != 0) {
        return file_failure(ProgramErrorDetail::kInterrupted, file_.name());
      }
      if (std::holds_alternative<Working>(*event)) continue;
      if constexpr (std::is_same_v<std::remove_reference_t<decltype(*event)>, Event>) {
        if (std::holds_alternative<Noticed>(*event)) continue;
      }
      const auto* need = std::get_if<NeedRanges>(&*event);
      if (need == nullptr) return std::move(*event);
      if (auto failure = answer(session, need->ranges)) return *failure;
    }
  }

 private:
  std::optional<Failure> answer(Session& session, std::span<const ByteRange> ranges) const;

  const SourceFile& file_;
};

}  // namespace engine::cli
