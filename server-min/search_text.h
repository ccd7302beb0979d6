// search_text: text in the form in which what one types finds what was meant.
//
// Taggers write "Don’t" with the apostrophe of printers, keyboards have the straight one, and many
// people type neither; the same goes for dashes, accents and spaces. Both the catalog and what is
// searched for are brought into this form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server-min/fold.h"

namespace server {

/// - Letters in lower case (see CaseFolder), and without accents: combining marks (U+0300 to
///   U+036F) are dropped, and letters of Latin, Greek and Cyrillic that Unicode composes of another
///   letter and marks become that letter. "ß", "ø" and "æ" are letters of their own.
/// - Apostrophes and characters that stand for them (' ` ´ ‘ ’ ‛ ′ ʹ ʻ ʼ ʽ ＇) are dropped, and so
///   are soft hyphens and characters without width.
/// - Dashes become "-", double quotation marks the straight one, spaces of any width " ", "…" three
///   dots.
std::string search_text(std::string_view utf8, const CaseFolder& folder);

/// The words of a search: search_text() split at spaces, without empty ones.
std::vector<std::string> search_words(std::string_view utf8, const CaseFolder& folder);

}  // namespace server
