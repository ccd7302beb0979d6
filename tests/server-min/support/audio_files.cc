#include "tests/server-min/support/audio_files.h"

#include <cstdint>

namespace server {
namespace {

std::string little_endian(std::uint64_t value, int byte_count) {
  std::string bytes;
  for (int i = 0; i < byte_count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
  return bytes;
}

std::string big_endian(std::uint64_t value, int byte_count) {
  std::string bytes;
  for (int i = byte_count - 1; i >= 0; --i) bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
  return bytes;
}

// RFC 9639 section 8.1: last:1 type:7 length:24.
std::string flac_block(int type, bool last, const std::string& body) {
  return big_endian(static_cast<std::uint64_t>(type) | (last ? 0x80U : 0U), 1) +
         big_endian(body.size(), 3) + body;
}

// ID3v2.4 sizes have seven bits per byte.
std::string synchsafe(std::size_t size) {
  std::string bytes;
  for (int shift = 21; shift >= 0; shift -= 7) bytes += static_cast<char>((size >> shift) & 0x7F);
  return bytes;
}

}  // namespace

std::string riff_chunk(std::string_view id, std::string body) {
  std::string chunk = std::string(id) + little_endian(body.size(), 4);
  if (body.size() % 2 == 1) body += '\0';
  return chunk + body;
}

std::string make_wav(double duration_s, const TagList& info, const std::string& chunks) {
  constexpr std::uint64_t kRate = 44100;
  const std::string format = little_endian(1, 2) + little_endian(2, 2) + little_endian(kRate, 4) +
                             little_endian(kRate * 4, 4) + little_endian(4, 2) +
                             little_endian(16, 2);
  std::string list = "INFO";
  for (const auto& [id, text] : info) list += riff_chunk(id, text + '\0');
  std::string body = "WAVE" + riff_chunk("fmt ", format);
  if (!info.empty()) body += riff_chunk("LIST", list);
  const auto frames = static_cast<std::size_t>(duration_s * static_cast<double>(kRate));
  body += riff_chunk("data", std::string(frames * 4, '\0')) + chunks;
  return riff_chunk("RIFF", body);
}

std::string make_flac(double duration_s, const TagList& comments, std::string_view picture,
                      std::string_view picture_type) {
  // RFC 9639 section 8.2: block sizes:2x16, frame sizes:2x24, rate:20 channels-1:3 bits-1:5
  // samples:36, MD5.
  const auto samples = static_cast<std::uint64_t>(duration_s * 48000.0);
  const std::uint64_t packed = (48000ULL << 44) | (1ULL << 41) | (15ULL << 36) | samples;
  const std::string stream_info = big_endian(4096, 2) + big_endian(4096, 2) + std::string(6, '\0') +
                                  big_endian(packed, 8) + std::string(16, '\0');
  std::string comment = little_endian(4, 4) + "test" + little_endian(comments.size(), 4);
  for (const auto& [name, value] : comments) {
    const std::string entry = name + "=" + value;
    comment += little_endian(entry.size(), 4) + entry;
  }
  std::string file = "fLaC" + flac_block(0, false, stream_info);
  file += flac_block(4, picture.empty(), comment);
  if (!picture.empty()) {
    const std::string body = big_endian(3, 4) + big_endian(picture_type.size(), 4) +
                             std::string(picture_type) + std::string(20, '\0') +
                             big_endian(picture.size(), 4) + std::string(picture);
    file += flac_block(6, true, body);
  }
  return file;
}

std::string make_id3_frame(int version, std::string_view id, const std::string& body,
                           unsigned flags) {
  if (version == 2) return std::string(id) + big_endian(body.size(), 3) + body;
  const std::string size = version == 3 ? big_endian(body.size(), 4) : synchsafe(body.size());
  return std::string(id) + size + big_endian(flags, 2) + body;
}

std::string make_apic(std::string_view picture, int picture_type) {
  std::string body = "\x03image/png";
  body += '\0';
  body += static_cast<char>(picture_type);
  body += '\0';
  return body.append(picture);
}

std::string make_id3_tag(int version, unsigned flags, const std::string& content) {
  return "ID3" + big_endian(static_cast<std::uint64_t>(version), 1) + '\0' + big_endian(flags, 1) +
         synchsafe(content.size()) + content;
}

std::string unsynchronise(std::string_view bytes) {
  std::string result;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    result += bytes[i];
    if (bytes[i] != '\xFF') continue;
    const bool last = i + 1 == bytes.size();
    const unsigned next = last ? 0 : static_cast<unsigned char>(bytes[i + 1]);
    if (next == 0 || next >= 0xE0) result += '\0';
  }
  return result;
}

std::string make_mp3(int frame_count, const TagList& frames, std::string_view picture) {
  std::string content;
  for (const auto& [id, text] : frames) content += make_id3_frame(4, id, "\x03" + text);
  if (!picture.empty()) content += make_id3_frame(4, "APIC", make_apic(picture));
  std::string file = make_id3_tag(4, 0, content);
  // MPEG-1 layer III, 128 kbit/s, 44.1 kHz, no padding: 144 * 128000 / 44100 = 417 bytes a frame.
  const std::string frame = "\xFF\xFB\x90" + std::string(414, '\0');
  for (int i = 0; i < frame_count; ++i) file += frame;
  return file;
}

std::string make_png() {
  return "\x89PNG\r\n\x1A\n" + std::string(32, 'p');
}

}  // namespace server
