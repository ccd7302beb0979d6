// folder_listing: what one folder of the music holds, at the price of one stat per audio file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server-min/file_root.h"
#include "server-min/playlist_file.h"
#include "server-min/skipped.h"
#include "server-min/unique_fd.h"

namespace server {

/// A file by its name in the folder. The facts are absent for links, whose target has to be opened
/// to be known, and for what could not be looked at.
struct FoundFile {
  std::string name;
  std::optional<FileFacts> facts;
};

/// A link to a folder.
struct FolderLink {
  std::string path;       ///< Its own.
  std::string real_path;  ///< Of the folder it leads to, in the file system.
};

struct FolderListing {
  std::vector<FoundFile> files;      ///< Whose names format_of_name() knows.
  std::vector<std::string> folders;  ///< Names; of what could not be looked at, too.
  std::vector<FolderLink> links;
  std::vector<PlaylistFile> playlists;
  std::vector<SkippedFile> skipped;  ///< With their paths.
};

/// What the open folder of the path `relative` holds. Nothing when it cannot be listed. Names that
/// begin with a dot are passed over without a word, and so is what has no name of an audio file.
std::optional<FolderListing> list_folder(UniqueFd folder, const std::string& relative);

}  // namespace server
