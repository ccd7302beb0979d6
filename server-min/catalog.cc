#include "server-min/catalog.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <random>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "server-min/catalog_schema.h"

namespace server {
namespace {

// Threads that read at the same time and find none resting open one more connection; more than
// these are not kept.
constexpr std::size_t kRestingCountMax = 8;

std::uint64_t draw_instance() {
  std::random_device random;
  return (std::uint64_t{random()} << 31) ^ random();
}

std::int64_t schema_of(Database& database) {
  Query& query = database.prepared("PRAGMA user_version").bind();
  const std::int64_t schema = query.step() ? query.integer(0) : 0;
  query.reset();  // A statement in the middle of its rows holds an old state of the file.
  return schema;
}

// Stands beside a file that was found to be damaged.
std::string damage_mark(const std::string& file) {
  return file + ".damaged";
}

void remove_files(const std::string& file) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((file + suffix).c_str());
  std::remove(damage_mark(file).c_str());  // Last: who is killed in between begins again.
}

}  // namespace

CatalogState read_state(Database& database) {
  Query& query =
      database.prepared("SELECT instance, generation, track_count, scanned_s FROM state").bind();
  CatalogState state;
  if (!query.step()) return state;
  state.instance = static_cast<std::uint64_t>(query.integer(0));
  state.generation = static_cast<std::uint64_t>(query.integer(1));
  state.track_count = static_cast<std::uint64_t>(query.integer(2));
  state.scanned_s = query.integer(3);
  query.reset();
  return state;
}

Catalog::Catalog(std::string name, std::string lock_file)
    : name_(std::move(name)), lock_file_(std::move(lock_file)) {}

// Makes the tables where there are none. Throws when there are others.
void Catalog::prepare() const {
  auto database = std::make_unique<Database>(connect());
  const std::int64_t schema = schema_of(*database);
  if (schema != 0 && schema != kCatalogSchema) {
    throw DatabaseError("it was made by another version of this program", true);
  }
  if (schema == 0) {
    Transaction transaction(*database, Transaction::Kind::kWrite);
    if (schema_of(*database) == 0) {  // Nobody else was faster.
      database->execute(kCatalogTables);
      database->prepared("INSERT INTO state(instance) VALUES(?)").bind(draw_instance()).run();
      database->execute(("PRAGMA user_version = " + std::to_string(kCatalogSchema)).c_str());
    }
    transaction.commit();
  }
  read_state(*database);
  const std::lock_guard lock(mutex_);
  resting_.push_back(std::move(database));
}

std::unique_ptr<Catalog> Catalog::open(const std::string& file, std::string& note) {
  std::unique_ptr<Catalog> catalog(new Catalog(file, file + ".lock"));
  const bool writes = catalog->become_writer();
  try {
    if (writes && ::access(damage_mark(file).c_str(), F_OK) == 0) {
      throw DatabaseError("its file was found to be damaged", true);
    }
    catalog->prepare();
  } catch (const DatabaseError& error) {
    if (!error.unusable() || !writes) throw;
    note = "the catalogue is made anew: " + std::string(error.what());
    remove_files(file);
    catalog->prepare();
  }
  return catalog;
}

std::unique_ptr<Catalog> Catalog::in_memory() {
  static std::atomic<int> count{0};
  const std::string name = "file:/auralis-" + std::to_string(count++) + "?vfs=memdb";
  std::unique_ptr<Catalog> catalog(new Catalog(name, ""));
  catalog->anchor_ = Database::open(name);
  catalog->prepare();
  return catalog;
}

Database Catalog::connect() const {
  Database database = Database::open(name_);
  // Of the last transactions before a power cut those that the disk has not seen are lost, whole;
  // the next scan makes up for them.
  database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  return database;
}

bool Catalog::become_writer() const {
  if (lock_file_.empty()) return true;
  const std::lock_guard lock(mutex_);
  if (lock_.valid()) return true;
  UniqueFd fd(::open(lock_file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.valid() || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (fd.valid() && errno == EWOULDBLOCK) return false;
    throw DatabaseError("cannot lock " + lock_file_ + ": " + std::strerror(errno), false);
  }
  lock_ = std::move(fd);
  return true;
}

void Catalog::note_failure(const DatabaseError& error) const noexcept {
  if (!error.unusable() || is_in_memory()) return;
  try {
    // Where it cannot be made the damage is found once more after the next start.
    const UniqueFd mark(::open(damage_mark(name_).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  } catch (const std::bad_alloc&) {
    // Then too.
  }
}

Catalog::Look Catalog::look() const {
  std::unique_ptr<Database> database;
  {
    const std::lock_guard lock(mutex_);
    if (!resting_.empty()) {
      database = std::move(resting_.back());
      resting_.pop_back();
    }
  }
  if (database == nullptr) database = std::make_unique<Database>(connect());
  return {*this, std::move(database)};
}

std::shared_ptr<const ListOrder> Catalog::order(Look& look, const ListOrderName& name,
                                                bool may_be_old) const {
  return orders_.get(look.database(), name, look.state().generation, may_be_old);
}

Catalog::Look::Look(const Catalog& catalog, std::unique_ptr<Database> database)
    : catalog_(&catalog), database_(std::move(database)) {
  transaction_ = std::make_unique<Transaction>(*database_, Transaction::Kind::kRead);
  state_ = read_state(*database_);
}

Catalog::Look::~Look() {
  if (database_ == nullptr) return;
  transaction_.reset();
  const std::lock_guard lock(catalog_->mutex_);
  if (catalog_->resting_.size() < kRestingCountMax) {
    catalog_->resting_.push_back(std::move(database_));
  }
}

}  // namespace server
