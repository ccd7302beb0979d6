// ConnectionSet: the connections of one event loop, so that they can be asked to come to an end.
#pragma once

#include <unordered_set>

namespace server {

class Connection;

/// All calls on the thread of the loop, or when no thread runs it.
class ConnectionSet {
 public:
  /// A connection is in the set for as long as this lives. Once the set winds up, one that comes is
  /// wound up at once.
  class Membership {
   public:
    Membership(ConnectionSet& set, Connection& connection);
    ~Membership();
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

   private:
    ConnectionSet& set_;
    Connection& connection_;
  };

  /// Winds all connections up, now and those that come (see Connection::wind_up).
  void wind_up();

 private:
  std::unordered_set<Connection*> connections_;
  bool winding_up_ = false;
};

}  // namespace server
