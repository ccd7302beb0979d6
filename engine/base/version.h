// The version of the engine. It is part of every chunk key, so it rises whenever rendered bytes do.
#pragma once

namespace engine {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace engine
