// The words under which something is found, and the question for them: what stands in the index of
// SQLite's FTS5, and what is asked of it.
//
// The index splits at spaces only; where else a word is taken apart is decided here, the same way
// for both sides. "AC/DC" is found by "ac/dc", "ac dc" and "acdc"; characters of Chinese and
// Japanese, which are written without spaces, are words of their own.
#pragma once

#include <string>
#include <string_view>

#include "server-min/fold.h"

namespace server {

/// The words of `utf8` in the form of search_text(), separated by spaces.
std::string words_for_index(std::string_view utf8, const CaseFolder& folder);

/// The question of FTS5 for what has, for each word of `utf8`, a word that begins with it, in any
/// order. What stands behind the first 16 parts of words does not count. Empty when there is no
/// word in it.
std::string index_question(std::string_view utf8, const CaseFolder& folder);

}  // namespace server
