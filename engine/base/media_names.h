// How the command line and the page spell containers and codecs.
#pragma once

#include "engine/base/media_types.h"

namespace engine {

constexpr const char* container_name(Container container) {
  switch (container) {
    case Container::kWav:
      return "wav";
    case Container::kFlac:
      return "flac";
    case Container::kMp3:
      return "mp3";
  }
  return "";
}

constexpr const char* codec_name(Codec codec) {
  switch (codec) {
    case Codec::kPcmInt:
      return "pcm";
    case Codec::kPcmFloat:
      return "pcm-float";
    case Codec::kFlac:
      return "flac";
    case Codec::kMp3:
      return "mp3";
  }
  return "";
}

}  // namespace engine
