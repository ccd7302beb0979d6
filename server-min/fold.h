// CaseFolder: text in the form in which letters differ only by what they are, not by their case.
#pragma once

#include <locale.h>
#include <string>
#include <string_view>

namespace server {

/// Folds one character to one character (Unicode simple lower case as the C library knows it), so
/// "ÄÖ" finds "äö" while "ß" and "ss" stay different. Does not depend on the process's locale.
/// Const member functions may be called from several threads at once.
class CaseFolder {
 public:
  CaseFolder();
  ~CaseFolder();
  CaseFolder(const CaseFolder&) = delete;
  CaseFolder& operator=(const CaseFolder&) = delete;

  /// `utf8` must be valid UTF-8 (see repair_utf8); the result is too.
  std::string fold(std::string_view utf8) const;

 private:
  locale_t locale_;  // Null where the system has no UTF-8 locale: then only ASCII is folded.
};

/// One for the process: each holds a locale.
const CaseFolder& case_folder();

}  // namespace server
