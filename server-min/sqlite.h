// Database and Query: SQLite with C++ lifetimes. The only unit that includes sqlite3.h.
//
// A database belongs to one thread at a time. Everything that fails throws DatabaseError.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace server {

class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(const std::string& message, bool unusable)
      : std::runtime_error(message), unusable_(unusable) {}
  /// The file is damaged, or no database at all: nothing that waits or tries again helps.
  bool unusable() const { return unusable_; }

 private:
  bool unusable_;
};

/// Bytes that are no text, such as names of files. Bound without a copy, like text.
struct Blob {
  std::string_view bytes;
};

/// One prepared statement. Texts and blobs that are bound must live until the next bind().
class Query {
 public:
  Query(sqlite3* database, std::string_view sql);
  ~Query();
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Begins anew with these values for the parameters, in their order.
  template <typename... Values>
  Query& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  /// The next row; false behind the last one, and then the statement holds no lock any more.
  bool step();
  /// Runs a statement that has no rows to tell, or whose rows do not matter.
  void run();
  /// Ends reading before the last row.
  void reset();

  std::int64_t integer(int column) const;
  bool is_null(int column) const;
  /// Text or blob; valid until the next step.
  std::string_view text(int column) const;
  template <typename Number>
  std::optional<Number> number_or_nothing(int column) const {
    if (is_null(column)) return std::nullopt;
    return static_cast<Number>(integer(column));
  }

 private:
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, std::uint64_t value) {
    bind_one(index, static_cast<std::int64_t>(value));
  }
  void bind_one(int index, std::uint32_t value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, std::string_view text);
  void bind_one(int index, Blob blob);
  void bind_one(int index, std::nullopt_t nothing);
  template <typename Value>
  void bind_one(int index, const std::optional<Value>& value) {
    value ? bind_one(index, *value) : bind_one(index, std::nullopt);
  }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  /// Opens the file, or makes it. A name "file:/x?vfs=memdb" is a database in memory, shared by all
  /// that open the same name and gone with the last of them.
  static Database open(const std::string& name);

  /// Runs one or several statements.
  void execute(const char* sql);
  /// The statement of this text, compiled once. `sql` must outlive the database: a literal.
  Query& prepared(std::string_view sql);
  /// Ends all statements in the middle of their rows, where they hold an old state of the file.
  void reset_statements();
  /// The key of the row inserted last.
  std::int64_t last_key() const;
  /// Rows that the last INSERT, UPDATE or DELETE has changed.
  std::int64_t changed_count() const;

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  explicit Database(std::unique_ptr<sqlite3, Closer> handle) : handle_(std::move(handle)) {}

  std::unique_ptr<sqlite3, Closer> handle_;
  std::unordered_map<std::string_view, Query> queries_;  // End before the handle.
};

/// The first column of the first row; nothing when there is no row. Ends reading.
template <typename Number>
std::optional<Number> first_number(Query& query) {
  if (!query.step()) return std::nullopt;
  const auto number = static_cast<Number>(query.integer(0));
  query.reset();
  return number;
}
/// The first column of all rows, which holds keys.
std::vector<std::uint32_t> read_keys(Query& query);

/// All between its begin and its end sees, or becomes, one state of the database. What is not
/// committed has not happened. Its end resets all statements.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };
  /// A write waits for its turn, see Database::open().
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace server
