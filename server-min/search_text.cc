#include "server-min/search_text.h"

#include <array>
#include <cstdint>

#include "server-min/text.h"
#include "server-min/utf8.h"

namespace server {
namespace {

// What a character becomes, in UTF-8, when it is one of `first` to `last`.
struct Replacement {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view text;
};

constexpr std::array<Replacement, 46> kReplacements = {{
    {0x09, 0x0D, " "},       {0x27, 0x27, ""},  // '
    {0x60, 0x60, ""},                           // `
    {0xA0, 0xA0, " "},       {0xAB, 0xAB, "\""},
    {0xAD, 0xAD, ""},                             // Soft hyphen.
    {0xB4, 0xB4, ""},                             // Acute accent, alone.
    {0xBB, 0xBB, "\""},      {0x2B9, 0x2B9, ""},  // Modifier letters: prime...
    {0x2BB, 0x2BD, ""},                           // ...and commas, such as the okina of Hawaiian.
    {0x300, 0x36F, ""},                           // Combining marks.
    {0x390, 0x390, "ι"},                          // Greek with accents.
    {0x3AC, 0x3AC, "α"},     {0x3AD, 0x3AD, "ε"},
    {0x3AE, 0x3AE, "η"},     {0x3AF, 0x3AF, "ι"},
    {0x3B0, 0x3B0, "υ"},     {0x3C2, 0x3C2, "σ"},  // The form at the end of words.
    {0x3CA, 0x3CA, "ι"},     {0x3CB, 0x3CB, "υ"},
    {0x3CC, 0x3CC, "ο"},     {0x3CD, 0x3CD, "υ"},
    {0x3CE, 0x3CE, "ω"},     {0x439, 0x439, "и"},  // Cyrillic with marks.
    {0x450, 0x451, "е"},     {0x453, 0x453, "г"},
    {0x457, 0x457, "і"},     {0x45C, 0x45C, "к"},
    {0x45D, 0x45D, "и"},     {0x45E, 0x45E, "у"},
    {0x2000, 0x200A, " "},   {0x200B, 0x200D, ""},  // Without width.
    {0x2010, 0x2015, "-"},   {0x2018, 0x2019, ""},
    {0x201B, 0x201B, ""},    {0x201C, 0x201F, "\""},
    {0x2026, 0x2026, "..."}, {0x202F, 0x202F, " "},
    {0x2032, 0x2032, ""},    {0x205F, 0x205F, " "},
    {0x2060, 0x2060, ""},    {0x2212, 0x2212, "-"},
    {0x3000, 0x3000, " "},   {0xFEFF, 0xFEFF, ""},
    {0xFF07, 0xFF07, ""},    {0xFF0D, 0xFF0D, "-"},
}};

// The letter that a Latin letter with marks is composed of (UnicodeData.txt, canonical
// decompositions); a dot for what is not composed of a letter from a to z.
constexpr std::uint32_t kLatinBegin = 0xC0;
constexpr std::string_view kLatin =
    "aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.yaaaaaaccccccccdd"
    "..eeeeeeeeeegggggggghh..iiiiiiiii...jjkk.llllll....nnnnnn...oooooo..rrrrrrssssss"
    "sstttt..uuuuuuuuuuuuwwyyyzzzzzz.................................oo.............u"
    "u............................aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............................";
constexpr std::uint32_t kLatinAdditionalBegin = 0x1E00;
constexpr std::string_view kLatinAdditional =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo"
    "oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......"
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu"
    "uuyyyyyyyy......";

char entry(std::string_view table, std::uint32_t begin, std::uint32_t code) {
  return code >= begin && code - begin < table.size() ? table[code - begin] : '.';
}

void append_for_search(std::string& out, std::uint32_t code) {
  for (const Replacement& replacement : kReplacements) {
    if (code < replacement.first) break;  // They are in order.
    if (code <= replacement.last) {
      out += replacement.text;
      return;
    }
  }
  char letter = entry(kLatin, kLatinBegin, code);
  if (letter == '.') letter = entry(kLatinAdditional, kLatinAdditionalBegin, code);
  if (letter == '.') {
    append_utf8(out, code);
  } else {
    out += letter;
  }
}

}  // namespace

std::string search_text(std::string_view utf8, const CaseFolder& folder) {
  const std::string lower = folder.fold(utf8);
  std::string result;
  result.reserve(lower.size());
  for (std::string_view rest = lower; !rest.empty();) append_for_search(result, take_code(rest));
  return result;
}

std::vector<std::string> search_words(std::string_view utf8, const CaseFolder& folder) {
  std::vector<std::string> words;
  const std::string text = search_text(utf8, folder);
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

}  // namespace server
