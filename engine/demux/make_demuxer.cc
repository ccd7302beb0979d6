#include "engine/demux/make_demuxer.h"

#include "engine/base/check.h"
#include "engine/demux/flac_demuxer.h"
#include "engine/demux/mp3_demuxer.h"
#include "engine/demux/wav_demuxer.h"

namespace engine {

std::unique_ptr<Demuxer> make_demuxer(Container container) {
  switch (container) {
    case Container::kWav:
      return std::make_unique<WavDemuxer>();
    case Container::kFlac:
      return std::make_unique<FlacDemuxer>();
    case Container::kMp3:
      return std::make_unique<Mp3Demuxer>();
  }
  check_failed("a known container", __FILE__, __LINE__);
}

}  // namespace engine
