#include "server-min/natural_order.h"

#include <algorithm>

#include "server-min/search_text.h"
#include "server-min/text.h"

namespace server {

std::string natural_key(std::string_view utf8, const CaseFolder& folder) {
  // A number is written as '0', how many digits it has, and these, so that longer ones follow.
  constexpr std::size_t kDigitCountMax = 100;
  const std::string folded = search_text(repair_utf8(utf8), folder);
  std::string key;
  key.reserve(folded.size() + 8);
  for (std::string_view rest = folded; !rest.empty();) {
    if (!is_digit(rest.front())) {
      if (rest.front() != '\0') key += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    while (rest.size() > 1 && rest[0] == '0' && is_digit(rest[1])) rest.remove_prefix(1);
    std::size_t count = 1;
    while (count < std::min(rest.size(), kDigitCountMax) && is_digit(rest[count])) ++count;
    key += '0';
    key += static_cast<char>(' ' + count);
    key += rest.substr(0, count);
    rest.remove_prefix(count);
  }
  return key;
}

}  // namespace server
