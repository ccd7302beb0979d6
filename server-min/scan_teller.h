// ScanTeller: tells of scans on standard output: on a terminal in one line that is written over,
// else only how each scan that found something new has ended.
#pragma once

#include <string>
#include <unistd.h>

#include "server-min/library.h"
#include "server-min/teller.h"

namespace server {

class ScanTeller {
 public:
  /// `out`: standard output; outlives this.
  explicit ScanTeller(Teller& out) : out_(out) {}

  void tell(const ScanReport& report);

 private:
  Teller& out_;
  const bool terminal_ = ::isatty(STDOUT_FILENO) == 1;
  bool in_line_ = false;
  bool gap_told_ = false;
  std::string told_;
};

}  // namespace server
