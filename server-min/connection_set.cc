#include "server-min/connection_set.h"

#include "server-min/connection.h"

namespace server {

ConnectionSet::Membership::Membership(ConnectionSet& set, Connection& connection)
    : set_(set), connection_(connection) {
  set_.connections_.insert(&connection_);
  if (set_.winding_up_) connection_.wind_up();
}

ConnectionSet::Membership::~Membership() {
  set_.connections_.erase(&connection_);
}

void ConnectionSet::wind_up() {
  winding_up_ = true;
  // None of them leaves the set meanwhile: what they do about it, they do in turns of the loop.
  for (Connection* connection : connections_) connection->wind_up();
}

}  // namespace server
