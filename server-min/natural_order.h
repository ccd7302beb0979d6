// Keys that sort as people sort names: "Track 2" before "Track 10", "Émile" beside "Emil".
#pragma once

#include <string>
#include <string_view>

#include "server-min/fold.h"

namespace server {

/// Bytes whose plain order is the natural order of names: case, accents, typographic quotes and the
/// two ways of composing letters do not count (see search_text), numbers stand by their value and
/// where digits stand. Contains no zero byte.
std::string natural_key(std::string_view utf8, const CaseFolder& folder);

}  // namespace server
