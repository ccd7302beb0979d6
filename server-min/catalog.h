// Catalog: what is known of the music, kept in one SQLite file.
//
//   folder    below the music folders, each with those that lie in it; "" is what all lie in, and
//             of a single music folder that itself. `track_count` are the tracks that are there in
//             it, `below_count` also those deeper: without any it is in no list
//   track     one row per file; `away_s` says since when the file is missing: such a row is kept
//             for its id alone, and stands in no list
//   grouping  albums, artists and genres; member says which tracks they have, of those that are
//             there
//   track_words, grouping_words   the full-text index, see search_words.h
//   playlist  the files of playlists that the last scan has seen
//   skipped   what the last scan passed over
//   state     the version of the contents, counts, the last scan
// A writer (CatalogWriter) changes it in small transactions; readers see one state each. WAL: they
// do not wait for each other, and a process that is killed loses nothing that was committed.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server-min/list_order.h"
#include "server-min/sqlite.h"
#include "server-min/unique_fd.h"

namespace server {

/// What the whole catalog says of itself.
struct CatalogState {
  std::uint64_t instance = 0;    ///< Drawn when the file was made.
  std::uint64_t generation = 0;  ///< Raised by every change that a list could show.
  std::uint64_t track_count = 0;
  std::int64_t scanned_s = 0;  ///< The end of the last whole scan, since 1970 UTC; 0: none yet.
};

/// All member functions may be called from any thread.
class Catalog {
 public:
  /// Opens `file`, or makes it. One that is damaged, or was found to be while it was used (see
  /// note_failure()), or that is of another schema is made anew, and `note` told why in words:
  /// everything but moved files' ids comes back with the next scan. Throws DatabaseError when the
  /// file cannot be used.
  static std::unique_ptr<Catalog> open(const std::string& file, std::string& note);
  /// A catalog that ends with this object.
  static std::unique_ptr<Catalog> in_memory();

  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog() = default;

  /// One state of the catalog, to be read by one thread; give it back soon.
  class Look {
   public:
    ~Look();
    Look(Look&& other) noexcept = default;
    Look& operator=(Look&&) = delete;
    Look(const Look&) = delete;
    Look& operator=(const Look&) = delete;

    Database& database() { return *database_; }
    const CatalogState& state() const { return state_; }

   private:
    friend class Catalog;
    Look(const Catalog& catalog, std::unique_ptr<Database> database);

    const Catalog* catalog_;
    std::unique_ptr<Database> database_;  // Null when moved from.
    std::unique_ptr<Transaction> transaction_;
    CatalogState state_;
  };
  Look look() const;

  /// A list in an order as `look` sees it; with `may_be_old`, as another look of the last seconds
  /// saw it (see ListOrderCache).
  std::shared_ptr<const ListOrder> order(Look& look, const ListOrderName& name,
                                         bool may_be_old) const;

  /// Then who reads waits for the end of a transaction that writes.
  bool is_in_memory() const { return lock_file_.empty(); }

  /// A connection for a writer of its own.
  Database connect() const;
  /// True when this process is the one that may write; it stays so. Another process that serves the
  /// same music may be it. Throws DatabaseError where that cannot be found out, as on file systems
  /// without locks.
  bool become_writer() const;

  /// Takes note of what was thrown while this catalog was used: where that says that the file is
  /// damaged, the next open() makes it anew.
  void note_failure(const DatabaseError& error) const noexcept;

 private:
  explicit Catalog(std::string name, std::string lock_file);
  void prepare() const;

  const std::string name_;
  const std::string lock_file_;     // Empty in memory.
  std::optional<Database> anchor_;  // Keeps a catalog in memory alive.
  mutable std::mutex mutex_;        // Guards what follows.
  mutable std::vector<std::unique_ptr<Database>> resting_;
  mutable UniqueFd lock_;
  mutable ListOrderCache orders_;  // Has a lock of its own.
};

/// The state as this database sees it now.
CatalogState read_state(Database& database);

}  // namespace server
