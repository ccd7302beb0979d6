#include "server-min/scan_teller.h"

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
  const std::string begin = in_line_ ? "\r\x1B[K" : "";
  if (report.scanning) {
    if (!terminal_ || report.files_read == 0) return;
    out_.show("\rlooking through the music: " + std::to_string(report.files_seen) + " files, " +
              std::to_string(report.files_read) + " new or changed are read ");
    in_line_ = true;
    return;
  }
  std::string text;
  if (!report.unwatched.empty() && !gap_told_) {
    text = report.unwatched + ": changes there are seen at the next look over all\n";
    gap_told_ = true;
  }
  const std::string summary = summary_of(report);
  if (summary != told_) text += summary + '\n';
  told_ = summary;
  if (text.empty()) return;
  out_.show(begin + text);
  in_line_ = false;
}

}  // namespace server
