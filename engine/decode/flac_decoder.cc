#include "engine/decode/flac_decoder.h"

#include <FLAC/stream_decoder.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "engine/base/check.h"

namespace engine {
namespace {

constexpr std::size_t kStreamInfoBytes = 34;
constexpr std::array<unsigned char, 8> kStreamHead = {'f', 'L', 'a', 'C', 0x80, 0x00, 0x00, 0x22};

struct DecoderDeleter {
  void operator()(FLAC__StreamDecoder* decoder) const { FLAC__stream_decoder_delete(decoder); }
};

}  // namespace

struct FlacDecoder::Library {
  std::unique_ptr<FLAC__StreamDecoder, DecoderDeleter> decoder;
  std::span<const std::byte> input;  // What libFLAC has not taken yet.
  const TrackInfo* info = nullptr;
  // Where the samples of the current packet go; nothing while the stream head is read.
  AudioBuffer* out = nullptr;
  FrameCount begin = 0;
  FrameCount frame_count = 0;
  bool decoded = false;
  bool failed = false;

  static FLAC__StreamDecoderReadStatus read(const FLAC__StreamDecoder* /*decoder*/,
                                            FLAC__byte buffer[], std::size_t* bytes, void* client) {
    auto& self = *static_cast<Library*>(client);
    const std::size_t count = std::min(*bytes, self.input.size());
    *bytes = count;
    if (count == 0) return FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
    std::memcpy(buffer, self.input.data(), count);
    self.input = self.input.subspan(count);
    return FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
  }

  static FLAC__StreamDecoderWriteStatus write(const FLAC__StreamDecoder* /*decoder*/,
                                              const FLAC__Frame* frame,
                                              const FLAC__int32* const buffer[], void* client) {
    auto& self = *static_cast<Library*>(client);
    self.take_frame(frame->header, buffer);
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
  }

  static void report_error(const FLAC__StreamDecoder* /*decoder*/,
                           FLAC__StreamDecoderErrorStatus /*status*/, void* client) {
    static_cast<Library*>(client)->failed = true;
  }

  void take_frame(const FLAC__FrameHeader& header, const FLAC__int32* const buffer[]) {
    if (out == nullptr || decoded || failed ||
        header.channels != static_cast<unsigned>(info->channels) ||
        header.sample_rate != static_cast<unsigned>(info->sample_rate_hz) ||
        header.bits_per_sample < 4 || header.bits_per_sample > 32 ||
        header.blocksize < frame_count) {
      failed = true;
      return;
    }
    const float scale = 1.0F / static_cast<float>(1LL << (header.bits_per_sample - 1));
    for (int c = 0; c < info->channels; ++c) {
      const FLAC__int32* samples = buffer[c];
      float* plane = out->channel(c).data() + begin;
      for (FrameCount i = 0; i < frame_count; ++i)
        plane[i] = static_cast<float>(samples[i]) * scale;
    }
    decoded = true;
  }
};

FlacDecoder::FlacDecoder(MakeOnly /*key*/, const TrackInfo& info) : info_(info) {}
FlacDecoder::~FlacDecoder() = default;

Result<std::unique_ptr<FlacDecoder>> FlacDecoder::make(const TrackInfo& info) {
  const Error error{ErrorDetail::kFlacDecoderHeader, 0};
  const bool usable = info.codec == Codec::kFlac && info.codec_header.size() == kStreamInfoBytes &&
                      info.channels >= 1 && info.channels <= kChannelCountMax &&
                      info.bits_per_sample >= 4 && info.bits_per_sample <= 32;
  if (!usable) return error;
  auto decoder = std::make_unique<FlacDecoder>(MakeOnly{}, info);
  if (!decoder->open_library()) return error;
  return decoder;
}

// Begins libFLAC anew and tells it the STREAMINFO, in front of a stream that has no other metadata.
bool FlacDecoder::open_library() {
  library_ = std::make_unique<Library>();
  library_->info = &info_;
  library_->decoder.reset(FLAC__stream_decoder_new());
  FLAC__StreamDecoder* decoder = library_->decoder.get();
  if (decoder == nullptr) return false;
  FLAC__stream_decoder_set_md5_checking(decoder, 0);
  const FLAC__StreamDecoderInitStatus status = FLAC__stream_decoder_init_stream(
      decoder, Library::read, nullptr, nullptr, nullptr, nullptr, Library::write, nullptr,
      Library::report_error, library_.get());
  if (status != FLAC__STREAM_DECODER_INIT_STATUS_OK) return false;

  std::array<std::byte, kStreamHead.size() + kStreamInfoBytes> head{};
  std::memcpy(head.data(), kStreamHead.data(), kStreamHead.size());
  std::memcpy(head.data() + kStreamHead.size(), info_.codec_header.data(), kStreamInfoBytes);
  // Where the smallest and the largest block size differ, libFLAC refuses fixed blocking; some
  // encoders count the short last block as the smallest. The number of a frame is not used here.
  std::memcpy(head.data() + kStreamHead.size(), head.data() + kStreamHead.size() + 2, 2);
  library_->input = head;
  const bool read = FLAC__stream_decoder_process_until_end_of_metadata(decoder) != 0;
  library_->input = {};
  return read && !library_->failed;
}

Status FlacDecoder::decode(const EncodedPacket& packet, AudioBuffer& out) {
  ENGINE_CHECK(out.channels() == info_.channels);
  ENGINE_CHECK(packet.frame_count >= 0);
  Library& library = *library_;
  const FrameCount begin = out.frames();
  out.append_silence(packet.frame_count);
  library.input = packet.bytes;
  library.out = &out;
  library.begin = begin;
  library.frame_count = packet.frame_count;
  library.decoded = false;
  library.failed = false;
  const bool flushed = FLAC__stream_decoder_flush(library.decoder.get()) != 0;
  const bool processed = flushed && FLAC__stream_decoder_process_single(library.decoder.get()) != 0;
  library.input = {};
  library.out = nullptr;
  if (processed && library.decoded && !library.failed) return ok_status();

  // What may have been written before the failure was noticed must not be heard.
  for (int c = 0; c < out.channels(); ++c) {
    const auto plane = out.channel(c).subspan(static_cast<std::size_t>(begin));
    std::fill(plane.begin(), plane.end(), 0.0F);
  }
  if (!packet.preroll) ++damaged_packets_;
  if (!open_library()) {
    return Error{ErrorDetail::kNoMemory, 0};
  }
  return ok_status();
}

}  // namespace engine
