#include "server-min/search_words.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "server-min/sqlite.h"

namespace server {
namespace {

/// Whether a text is found by a question, by the index that the catalog has.
bool finds(std::string_view question, std::string_view text) {
  const CaseFolder folder;
  Database database = Database::open("file:/search-words?vfs=memdb");
  database.execute(
      "CREATE VIRTUAL TABLE found USING fts5(words, columnsize=0, prefix='1 2 3', "
      "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'\")");
  const std::string words = words_for_index(text, folder);
  database.prepared("INSERT INTO found VALUES(?)").bind(std::string_view(words)).run();
  const std::string match = index_question(question, folder);
  if (match.empty()) return false;
  return database.prepared("SELECT 1 FROM found WHERE found MATCH ?")
      .bind(std::string_view(match))
      .step();
}

TEST(SearchWordsTest, WordsAreFoundAsTheyAreTyped) {
  for (const char* question : {"d", "do", "don", "dont", "don't", "DON\u2019T st", "stop don"}) {
    EXPECT_TRUE(finds(question, "Don\u2019t Stop")) << question;
  }
  EXPECT_FALSE(finds("top", "Don\u2019t Stop")) << "words are found by their beginning";
  EXPECT_FALSE(finds("dont go", "Don\u2019t Stop"));
}

TEST(SearchWordsTest, WordsWithSignsInsideAreFoundInEveryWay) {
  for (const char* question : {"ac/dc", "ac dc", "acdc", "AC-DC", "dc", "ac/"}) {
    EXPECT_TRUE(finds(question, "AC/DC Live")) << question;
  }
  EXPECT_TRUE(finds("t.a.t.u.", "t.A.T.u."));
  EXPECT_TRUE(finds("tatu", "t.A.T.u."));
  EXPECT_FALSE(finds("dc/ac", "AC/DC Live")) << "parts of one word stand in its order";
}

TEST(SearchWordsTest, SignsAloneAreWordsToo) {
  EXPECT_TRUE(finds("!!!", "!!! Louden Up Now"));
  EXPECT_FALSE(finds("!!!", "Louden Up Now"));
  EXPECT_TRUE(finds("\U0001f3b5", "a \U0001f3b5 b"));
}

TEST(SearchWordsTest, CharactersOfTextsWithoutSpacesAreFoundAnywhere) {
  EXPECT_TRUE(finds("\u97f3\u697d", "\u65e5\u672c\u97f3\u697d\u96c6"));
  EXPECT_FALSE(finds("\u697d\u97f3", "\u65e5\u672c\u97f3\u697d\u96c6"));
}

TEST(SearchWordsTest, AQuestionOfAnyLengthAsksForSixteenParts) {
  const CaseFolder folder;
  std::string slashes;
  std::string spaces;
  for (int i = 0; i < 1000; ++i) {
    slashes += "a/";
    spaces += "a ";
  }
  for (const std::string& long_one : {slashes, spaces, "b " + slashes}) {
    const std::string question = index_question(long_one, folder);
    EXPECT_EQ(std::count_if(question.begin(), question.end(),
                            [](char c) { return c == 'a' || c == 'b'; }),
              16);
  }
  EXPECT_TRUE(finds(slashes, slashes));
  EXPECT_TRUE(finds(spaces + "c", spaces)) << "what stands behind them does not count";
}

TEST(SearchWordsTest, NothingThatIsTypedIsASyntaxError) {
  for (const char* question : {"\"", "a\"b", "\"\"\"", "*", "a*", "AND", "a AND", "NEAR(a", "-a",
                               "(", "words:a", "^a", "\xFF", "{a b}", "a + b"}) {
    EXPECT_NO_THROW(finds(question, "a b")) << question;
  }
  EXPECT_FALSE(finds("'", "a"));
  EXPECT_FALSE(finds("", "a"));
}

}  // namespace
}  // namespace server
