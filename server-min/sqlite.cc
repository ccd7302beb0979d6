#include "server-min/sqlite.h"

#include <sqlite3.h>
#include <utility>

namespace server {
namespace {

// Writers hold the lock for one small transaction.
constexpr int kBusyTimeoutMs = 20'000;

[[noreturn]] void fail(sqlite3* database, int code) {
  const int primary = code & 0xFF;
  const bool unusable = primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT;
  const char* text = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  throw DatabaseError(text, unusable);
}

void check(sqlite3* database, int code) {
  if (code != SQLITE_OK) fail(database, code);
}

}  // namespace

Query::Query(sqlite3* database, std::string_view sql) : database_(database) {
  check(database_, sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Query::~Query() {
  sqlite3_finalize(statement_);
}

Query::Query(Query&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    try {
      fail(database_, code);
    } catch (...) {
      sqlite3_reset(statement_);
      throw;
    }
  }
  sqlite3_reset(statement_);
  return false;
}

void Query::run() {
  while (step()) {
  }
}

void Query::reset() {
  sqlite3_reset(statement_);  // Its result is that of the last step, which was told then.
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Query::text(int column) const {
  // Text comes as the bytes that it is, as the database holds UTF-8.
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

void Query::bind_one(int index, std::int64_t value) {
  check(database_, sqlite3_bind_int64(statement_, index, value));
}

void Query::bind_one(int index, std::string_view text) {
  check(database_, sqlite3_bind_text64(statement_, index, text.data() == nullptr ? "" : text.data(),
                                       text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::bind_one(int index, Blob blob) {
  // A null pointer would be NULL, not an empty blob.
  const char* bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  check(database_, sqlite3_bind_blob64(statement_, index, bytes, blob.bytes.size(), SQLITE_STATIC));
}

void Query::bind_one(int index, std::nullopt_t /*nothing*/) {
  check(database_, sqlite3_bind_null(statement_, index));
}

void Database::Closer::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Database Database::open(const std::string& name) {
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &raw, kFlags, nullptr);
  std::unique_ptr<sqlite3, Closer> handle(raw);  // There is one to close even after a failure.
  check(raw, code);
  check(raw, sqlite3_extended_result_codes(raw, 1));
  check(raw, sqlite3_busy_timeout(raw, kBusyTimeoutMs));
  return Database(std::move(handle));
}

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  check(handle_.get(), code);
}

Query& Database::prepared(std::string_view sql) {
  const auto found = queries_.find(sql);
  if (found != queries_.end()) return found->second;
  return queries_.emplace(sql, Query(handle_.get(), sql)).first->second;
}

void Database::reset_statements() {
  for (auto& [sql, query] : queries_) query.reset();
}

std::int64_t Database::last_key() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

std::int64_t Database::changed_count() const {
  return sqlite3_changes(handle_.get());
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  database_.reset_statements();
  try {
    database_.execute("ROLLBACK");
  } catch (const DatabaseError&) {
    // What failed before has rolled it back already.
  }
}

void Transaction::commit() {
  database_.reset_statements();
  database_.execute("COMMIT");
  open_ = false;
}

std::vector<std::uint32_t> read_keys(Query& query) {
  std::vector<std::uint32_t> keys;
  while (query.step()) keys.push_back(static_cast<std::uint32_t>(query.integer(0)));
  return keys;
}

}  // namespace server
