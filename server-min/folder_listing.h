// folder_listing: what one folder of the music holds, at the price of one stat per audio file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server-min/file_root.h"
#include "server-min/skipped.h"

namespace server {

/// A file by its name in the folder. The facts are absent for links, whose target has to be opened
/// to be known, and for what could not be looked at.
struct FoundFile {
  std::string name;
  std::optional<FileFacts> facts;
};

struct FolderListing {
  std::vector<FoundFile> files;      ///< Whose names format_of_name() knows.
  std::vector<std::string> folders;  ///< Names; of what could not be looked at, too.
  std::vector<SkippedFile> skipped;  ///< With their paths.
};

/// Nothing when the folder cannot be listed. Names that begin with a dot are passed over without a
/// word, and so is what has no name of an audio file.
std::optional<FolderListing> list_folder(const FileRoot& root, const std::string& relative);

}  // namespace server
