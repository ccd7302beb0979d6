#include "server-min/scan_teller.h"

#include <cstdio>

namespace server {
namespace {

std::string summary_of(const ScanReport& report) {
  std::string text = std::to_string(report.track_count) + " tracks";
  if (report.elsewhere) text += ", kept up to date by another server";
  if (!report.problem.empty()) text += ". " + report.problem;
  if (report.skipped_count() > 0) {
    text +=
        ", " + std::to_string(report.skipped_count()) + " passed over (see /api/library/skipped)";
  }
  return text;
}

}  // namespace

void ScanTeller::tell(const ScanReport& report) {
  if (report.scanning) {
    if (!terminal_ || report.files_read == 0) return;
    std::printf("\rlooking through the music: %llu files, %llu new or changed are read ",
                static_cast<unsigned long long>(report.files_seen),
                static_cast<unsigned long long>(report.files_read));
    in_line_ = true;
  } else {
    if (!report.unwatched.empty() && !gap_told_) {
      std::printf("%s%s: changes there are seen at the next look over all\n",
                  in_line_ ? "\r\x1B[K" : "", report.unwatched.c_str());
      in_line_ = false;
      gap_told_ = true;
    }
    const std::string text = summary_of(report);
    if (text == told_) return;
    std::printf("%s%s\n", in_line_ ? "\r\x1B[K" : "", text.c_str());
    told_ = text;
    in_line_ = false;
  }
  std::fflush(stdout);
}

}  // namespace server
