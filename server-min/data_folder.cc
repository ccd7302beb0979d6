#include "server-min/data_folder.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>

#include "server-min/music_roots.h"
#include "server-min/track.h"

namespace server {

std::optional<std::string> default_data_folder(const Environment& environment) {
  const auto state = environment("XDG_STATE_HOME");
  if (state && state->starts_with('/')) return *state + "/auralis";
  const auto home = environment("HOME");
  if (home && home->starts_with('/')) return *home + "/.local/state/auralis";
  return std::nullopt;
}

std::string catalog_file(const std::string& data_folder,
                         const std::vector<std::string>& music_folders) {
  std::vector<std::string> paths;
  paths.reserve(music_folders.size());
  for (const std::string& folder : music_folders) paths.push_back(real_path_of(folder));
  std::sort(paths.begin(), paths.end());
  std::string set;
  for (const std::string& path : paths) {
    if (!set.empty()) set += '\0';
    set += path;
  }
  return data_folder + "/catalog-" + format_id(hash_bytes(set)) + ".db";
}

std::unique_ptr<Catalog> open_catalog(const std::string& data_folder,
                                      const std::vector<std::string>& music_folders,
                                      std::string& note) {
  std::error_code error;
  // Names and tags of somebody's music are nobody else's business.
  const mode_t mask = ::umask(0077);
  std::filesystem::create_directories(data_folder, error);
  ::umask(mask);
  if (error) throw std::runtime_error(error.message());
  return Catalog::open(catalog_file(data_folder, music_folders), note);
}

}  // namespace server
