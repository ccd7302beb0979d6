// library_maker: a music library of any size, every file with tags of its own.
#pragma once

#include <cstddef>
#include <string>

namespace server {

/// Writes `count` files below `folder`, which exists: albums of twelve tracks, of which three in
/// ten are MP3s, one in ten WAVs and the others FLACs; every FLAC and MP3 has a cover. The FLACs
/// are as large as real ones, behind their headers with holes, which take no room on the disk. The
/// same count gives the same files.
void make_library(const std::string& folder, std::size_t count);

}  // namespace server
