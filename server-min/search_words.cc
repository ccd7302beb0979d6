#include "server-min/search_words.h"

#include <cstdint>
#include <vector>

#include "server-min/search_text.h"
#include "server-min/text.h"
#include "server-min/utf8.h"

namespace server {
namespace {

// Of more parts of words no question of a person consists. Each of them costs a look into the
// index.
constexpr std::size_t kQuestionPartCountMax = 16;

bool is_ascii_separator(std::uint32_t code) {
  return code < 0x80 && !(code >= '0' && code <= '9') && !(code >= 'a' && code <= 'z');
}

// Unicode blocks whose text has no spaces: kana, ideographs with their extensions.
bool stands_alone(std::uint32_t code) {
  return (code >= 0x3040 && code <= 0x30FF) || (code >= 0x3400 && code <= 0x4DBF) ||
         (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0x20000 && code <= 0x3FFFF);
}

// The parts of one word; the word itself where it consists of separators alone, as "!!!" does.
std::vector<std::string> parts_of(std::string_view word) {
  std::vector<std::string> parts;
  std::string part;
  const auto end_part = [&] {
    if (!part.empty()) parts.push_back(std::move(part));
    part.clear();
  };
  for (std::string_view rest = word; !rest.empty();) {
    const std::uint32_t code = take_code(rest);
    if (is_ascii_separator(code) || stands_alone(code)) end_part();
    if (is_ascii_separator(code)) continue;
    append_utf8(part, code);
    if (stands_alone(code)) end_part();
  }
  end_part();
  if (parts.empty()) parts.emplace_back(word);
  return parts;
}

std::string without_separators(std::string_view word) {
  std::string result;
  while (!word.empty()) {
    const std::uint32_t code = take_code(word);
    if (!is_ascii_separator(code)) append_utf8(result, code);
  }
  return result;
}

}  // namespace

std::string words_for_index(std::string_view utf8, const CaseFolder& folder) {
  std::string words;
  std::string joined;  // Behind all others, so that words of a phrase stay neighbours.
  for (const std::string& word : search_words(repair_utf8(utf8), folder)) {
    const auto parts = parts_of(word);
    for (const std::string& part : parts) words += part + ' ';
    const std::string whole = parts.size() > 1 ? without_separators(word) : std::string();
    if (!whole.empty() && whole.size() < word.size()) joined += whole + ' ';
  }
  return words + joined;
}

std::string index_question(std::string_view utf8, const CaseFolder& folder) {
  std::string question;
  std::size_t count = 0;
  for (const std::string& word : search_words(repair_utf8(utf8), folder)) {
    if (count >= kQuestionPartCountMax) break;
    question += question.empty() ? "\"" : " AND \"";
    for (const std::string& part : parts_of(word)) {
      if (++count > kQuestionPartCountMax) break;
      for (const char c : part) {
        if (c == '"') question += '"';  // A quote inside quotes is written twice.
        if (c != '\0') question += c;
      }
      question += ' ';
    }
    question.back() = '"';
    question += " *";
  }
  return question;
}

}  // namespace server
