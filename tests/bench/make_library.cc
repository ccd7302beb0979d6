// make_library FOLDER COUNT: a music library to measure the server with, see library_maker.h.

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/server-min/support/library_maker.h"

int main(int argument_count, char** arguments) {
  if (argument_count != 3) {
    std::fprintf(stderr, "usage: make_library FOLDER COUNT\n");
    return 2;
  }
  try {
    server::make_library(arguments[1], std::strtoul(arguments[2], nullptr, 10));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_library: %s\n", error.what());
    return 4;
  }
  return 0;
}
