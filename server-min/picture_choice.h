// PictureChoice: which of the pictures of a file is its cover.
#pragma once

#include <cstdint>
#include <optional>

#include "server-min/artwork.h"

namespace server {

/// The front cover wins, else the first picture that is an image.
class PictureChoice {
 public:
  /// Type 3 of ID3v2 and FLAC.
  static constexpr std::uint32_t kFrontCoverType = 3;

  /// Offers a picture of type `type` that fills `range`, undecoded, of the file `fd`.
  void offer(int fd, ByteRange range, bool unsynchronised, std::uint32_t type);

  /// Nothing better can come.
  bool settled() const { return front_; }
  const std::optional<Artwork>& best() const { return best_; }

 private:
  std::optional<Artwork> best_;
  bool front_ = false;
};

}  // namespace server
