#include <memory>

#include "engine/decode/audio_decoder.h"
#include "engine/decode/flac_decoder.h"
#include "engine/decode/mp3_decoder.h"
#include "engine/decode/pcm_decoder.h"

namespace engine {

Result<std::unique_ptr<AudioDecoder>> make_audio_decoder(const TrackInfo& info) {
  using Answer = std::unique_ptr<AudioDecoder>;
  switch (info.codec) {
    case Codec::kPcmInt:
    case Codec::kPcmFloat:
      if (PcmDecoder::supports(info)) return Answer(std::make_unique<PcmDecoder>(info));
      return Error{ErrorDetail::kPcmSampleWidth, 0};
    case Codec::kFlac: {
      ENGINE_TRY(std::unique_ptr<FlacDecoder> decoder, FlacDecoder::make(info));
      return Answer(std::move(decoder));
    }
    case Codec::kMp3:
      if (info.channels == 1 || info.channels == 2) {
        return Answer(std::make_unique<Mp3Decoder>(info));
      }
      return Error{ErrorDetail::kMp3Channels, 0};
  }
  return Error{ErrorDetail::kUnknownCodec, 0};
}

}  // namespace engine
