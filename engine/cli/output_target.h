// OutputTarget: what a path of the user's leads to, found out before anything is written, and
// FileClaims: what a command reads and writes, so that no output destroys an input.
//
// Files are told apart by device and inode, so links, bind mounts and other spellings of a path are
// no disguise; a file that is not there yet by its folder and name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <variant>
#include <vector>

#include "engine/cli/failure.h"
#include "engine/cli/source_file.h"

namespace engine::cli {

/// A file, folder or pipe as the system knows it.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

class OutputTarget {
 public:
  enum class Kind : std::uint8_t {
    kStandardOutput,
    kStream,  // A device or a named pipe: opened and written to.
    kFile,    // A regular file, there already or not.
  };

  /// Follows links to the place where the file is or will be. "-", and any name of the pipe or file
  /// that standard output is, is standard output. Refuses what cannot or must not be written over:
  /// folders, block devices, files that may not be written.
  static std::variant<OutputTarget, Failure> resolve(const std::string& path);

  OutputTarget(const OutputTarget&) = delete;
  OutputTarget& operator=(const OutputTarget&) = delete;
  OutputTarget(OutputTarget&& other) noexcept;
  OutputTarget& operator=(OutputTarget&&) = delete;
  ~OutputTarget();

  Kind kind() const { return kind_; }
  /// As the user calls it.
  const std::string& path() const { return path_; }

  // The rest of kFile alone.
  /// An O_PATH descriptor of the folder, as long as this object lives.
  int folder() const { return folder_; }
  const FileIdentity& folder_identity() const { return folder_identity_; }
  /// The file's name in the folder.
  const std::string& name() const { return name_; }
  /// The permission bits of the file that is there; nothing where there is none.
  const std::optional<mode_t>& mode() const { return mode_; }

  /// Of what is there already, unless that is a device.
  const std::optional<FileIdentity>& identity() const { return identity_; }

 private:
  explicit OutputTarget(std::string path) : path_(std::move(path)) {}
  std::optional<Failure> find_existing();
  std::optional<Failure> find_place();

  std::string path_;
  Kind kind_ = Kind::kFile;
  int folder_ = -1;
  FileIdentity folder_identity_;
  std::string name_;
  std::optional<mode_t> mode_;
  std::optional<FileIdentity> identity_;
};

class FileClaims {
 public:
  /// A file that the command reads, or standard input.
  void add_source(const SourceFile& file);

  /// `option` makes the command print on standard output what a program shall read.
  void take_standard_output(const std::string& option) { standard_output_ = option; }

  /// Claims the target of `option`; a failure when it is claimed already, under whatever name.
  std::optional<Failure> add_output(const OutputTarget& target, const std::string& option);

 private:
  struct Claim {
    std::string name;
    std::optional<FileIdentity> identity;
    // Of an output that is not there yet.
    FileIdentity folder;
    std::string name_in_folder;
  };
  static bool same(const Claim& claim, const OutputTarget& target);

  std::vector<Claim> claims_;
  std::string standard_output_;  // The option that takes it; empty: it is free.
};

}  // namespace engine::cli
