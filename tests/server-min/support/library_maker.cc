#include "tests/server-min/support/library_maker.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/server-min/support/audio_files.h"

namespace server {
namespace {

constexpr std::size_t kAlbumTrackCount = 12;
constexpr std::size_t kArtistAlbumCount = 4;
constexpr std::size_t kCoverSize = 8 * 1024;

constexpr std::array<const char*, 16> kFirst = {
    "Silent", "Golden", "Björk's", "Northern", "Broken", "Élan", "Don’t", "Midnight",
    "Paper",  "Copper", "Winter",  "Hidden",   "Slow",   "Last", "Über",  "Electric"};
constexpr std::array<const char*, 16> kSecond = {
    "Rivers", "Engines", "Garden", "Signals", "Harbour", "Windows", "Fields",  "Machines",
    "Lights", "Orchard", "Letter", "Weather", "Voices",  "Mirrors", "Streets", "Horizon"};
constexpr std::array<const char*, 6> kGenres = {"Rock",    "Jazz", "Classical",
                                                "Ambient", "Folk", "Electronic"};

// Numbers that look drawn, and are the same each time.
std::size_t mixed(std::size_t number) {
  return (number * 2654435761U) >> 8;
}

std::string name_of(std::size_t number) {
  const std::size_t draw = mixed(number + 1);
  return std::string(kFirst[draw % kFirst.size()]) + ' ' + kSecond[(draw / 16) % kSecond.size()] +
         ' ' + std::to_string(number);
}

struct TrackNames {
  std::string title;
  std::string artist;
  std::string album;
  std::string genre;
  std::string year;
  std::string number;
};

TrackNames names_of(std::size_t index) {
  const std::size_t album = index / kAlbumTrackCount;
  return {name_of(index),
          name_of(album / kArtistAlbumCount) + " Band",
          name_of(album) + " Album",
          kGenres[album % kGenres.size()],
          std::to_string(1960 + album % 60),
          std::to_string(index % kAlbumTrackCount + 1)};
}

std::string bytes_of(std::size_t index, const TrackNames& names) {
  const std::string cover = make_png() + std::string(kCoverSize, '\0');
  switch (index % 10) {
    case 0:
      return make_wav(0.05, {{"INAM", names.title}, {"IART", names.artist}, {"IPRD", names.album}});
    case 1:
    case 4:
    case 7:
      return make_mp3(60,
                      {{"TIT2", names.title},
                       {"TPE1", names.artist},
                       {"TALB", names.album},
                       {"TCON", names.genre},
                       {"TDRC", names.year},
                       {"TRCK", names.number}},
                      cover);
    default:
      return make_flac(180 + static_cast<double>(mixed(index) % 120),
                       {{"TITLE", names.title},
                        {"ARTIST", names.artist},
                        {"ALBUM", names.album},
                        {"ALBUMARTIST", names.artist},
                        {"GENRE", names.genre},
                        {"DATE", names.year},
                        {"TRACKNUMBER", names.number}},
                       cover);
  }
}

const char* extension_of_index(std::size_t index) {
  const std::size_t kind = index % 10;
  return kind == 0 ? ".wav" : kind == 1 || kind == 4 || kind == 7 ? ".mp3" : ".flac";
}

}  // namespace

void make_library(const std::string& folder, std::size_t count) {
  for (std::size_t index = 0; index < count; ++index) {
    const TrackNames names = names_of(index);
    const std::filesystem::path place = std::filesystem::path(folder) / names.artist / names.album;
    if (index % kAlbumTrackCount == 0) std::filesystem::create_directories(place);
    const std::string extension = extension_of_index(index);
    const auto path = place / (names.number + ' ' + names.title + extension);
    const std::string bytes = bytes_of(index, names);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file.good()) throw std::runtime_error("cannot write " + path.string());
    if (extension == ".flac") {
      std::filesystem::resize_file(path, 20'000'000 + mixed(index) % 20'000'000);
    }
  }
}

}  // namespace server
