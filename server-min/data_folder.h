// data_folder: where the catalog of a music folder is kept.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server-min/catalog.h"

namespace server {

/// Gives the value of an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// $XDG_STATE_HOME/auralis, else $HOME/.local/state/auralis. Nothing when neither variable holds an
/// absolute path (XDG Base Directory Specification 0.8).
std::optional<std::string> default_data_folder(const Environment& environment);

/// The file in `data_folder` that belongs to this set of music folders, in whatever order and by
/// whatever names they are given.
std::string catalog_file(const std::string& data_folder,
                         const std::vector<std::string>& music_folders);

/// Makes `data_folder` if need be, for its owner alone, and opens the catalog in it. Throws
/// std::exception with the reason in words. `note`: see Catalog::open().
std::unique_ptr<Catalog> open_catalog(const std::string& data_folder,
                                      const std::vector<std::string>& music_folders,
                                      std::string& note);

}  // namespace server
