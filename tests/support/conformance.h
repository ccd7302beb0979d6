// Conformance figures: what a test measured, against which limit, for the table of
// docs/conformance.md.
//
// conform() fails the test when the limit does not hold and, when the environment variable
// AURALIS_CONFORMANCE names a file, appends one JSON line to it, which tools/report reads:
// {"test":"T2","what":"...","measured":-1.02,"low":null,"high":-0.95,"unit":"dBTP"}
// Lines of the same test, text, limits and unit make one row, in which the case with the least
// margin stands: so a figure whose limit differs from case to case is stated as the distance to it.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/base/json_writer.h"

namespace engine::testing {

/// Closed interval.
struct Limit {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  static Limit at_most(double high) { return {.high = high}; }
  static Limit at_least(double low) { return {.low = low}; }
  static Limit between(double low, double high) { return {low, high}; }
  /// Of a deviation.
  static Limit within(double distance) { return {-distance, distance}; }
  static Limit exactly(double value) { return {value, value}; }

  /// False for NaN.
  bool holds(double value) const { return value >= low && value <= high; }
};

/// The file that conform() appends to; null: none is wanted.
inline const char* conformance_path() {
  const char* path = std::getenv("AURALIS_CONFORMANCE");
  return path == nullptr || *path == '\0' ? nullptr : path;
}

/// Whether case `i` of a test that takes minutes is measured: every one for the table, every
/// `stride`th where the test is only to tell that nothing has broken.
inline bool is_measured(std::size_t i, std::size_t stride) {
  return i % stride == 0 || conformance_path() != nullptr;
}

namespace internal {

inline void append_conformance_line(const std::string& line) {
  const char* path = conformance_path();
  if (path == nullptr) return;
  // One write for each line: several programs may append at once.
  std::ofstream stream(path, std::ios::app);
  stream << line + "\n" << std::flush;
  EXPECT_TRUE(stream.good()) << "cannot write " << path;
}

}  // namespace internal

/// States a figure of dsp.md's test `test` ("T1" to "T12"). `what` ends up in the table: a few
/// words, no numbers of the run in it. `context` says in a failure which case it was.
inline void conform(std::string_view test, std::string_view what, double measured, Limit limit,
                    std::string_view unit, std::string_view context = {}) {
  EXPECT_TRUE(limit.holds(measured))
      << test << ", " << what << (context.empty() ? "" : ", ") << context << ": " << measured << " "
      << unit << " is outside [" << limit.low << ", " << limit.high << "]";
  JsonWriter json;
  json.begin_object();
  json.member("test", test);
  json.member("what", what);
  json.member("measured", measured, 4);
  json.member("low", limit.low, 4);  // An infinity becomes null.
  json.member("high", limit.high, 4);
  json.member("unit", unit);
  json.member("context", context);
  json.end_object();
  internal::append_conformance_line(json.text());
}

/// States what a test leaves out, so that the table shows the gap.
inline void not_covered(std::string_view test, std::string_view what, std::string_view why) {
  JsonWriter json;
  json.begin_object();
  json.member("test", test);
  json.member("what", what);
  json.member("left_out", why);
  json.end_object();
  internal::append_conformance_line(json.text());
}

}  // namespace engine::testing
