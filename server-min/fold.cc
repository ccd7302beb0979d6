#include "server-min/fold.h"

#include <cstdint>
#include <wctype.h>

#include "server-min/text.h"
#include "server-min/utf8.h"

namespace server {

CaseFolder::CaseFolder() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}

CaseFolder::~CaseFolder() {
  if (locale_ != nullptr) ::freelocale(locale_);
}

std::string CaseFolder::fold(std::string_view utf8) const {
  if (locale_ == nullptr) return ascii_lower(utf8);
  std::string result;
  result.reserve(utf8.size());
  while (!utf8.empty()) {
    const std::uint32_t code = take_code(utf8);
    append_utf8(result,
                static_cast<std::uint32_t>(::towlower_l(static_cast<wint_t>(code), locale_)));
  }
  return result;
}

const CaseFolder& case_folder() {
  static const CaseFolder folder;
  return folder;
}

}  // namespace server
