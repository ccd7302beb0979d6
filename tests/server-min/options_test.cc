#include "server-min/options.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "server-min/music_roots.h"

namespace server {
namespace {

std::variant<Options, UsageError> parse(std::vector<std::string> arguments) {
  return parse_options(arguments);
}

TEST(OptionsTest, MusicIsAllThatIsNeeded) {
  const auto options = std::get<Options>(parse({"--music", "dir"}));
  EXPECT_EQ(options.music_folders, std::vector<std::string>{"dir"});
  EXPECT_EQ(options.host, "127.0.0.1");
  EXPECT_EQ(options.port, 8080);
  EXPECT_FALSE(options.web_folder);
  EXPECT_FALSE(options.data_folder);
  EXPECT_EQ(std::get<Options>(parse({"--music", "dir", "--data", "d"})).data_folder, "d");
}

TEST(OptionsTest, BothSpellingsOfValuesWork) {
  const auto options =
      std::get<Options>(parse({"--music=a=b", "--port", "0", "--host=::1", "--web", "w"}));
  EXPECT_EQ(options.music_folders, std::vector<std::string>{"a=b"});
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.host, "::1");
  EXPECT_EQ(options.web_folder, "w");
  EXPECT_EQ(std::get<Options>(parse({"--music", "a", "--host", "localhost"})).host, "127.0.0.1");
  EXPECT_EQ(std::get<Options>(parse({"--music", "a", "--host", "[::1]"})).host, "::1");
}

TEST(OptionsTest, SeveralMusicFoldersAreNamedOneByOne) {
  const auto options = std::get<Options>(parse({"--music", "a", "--music=b"}));
  EXPECT_EQ(options.music_folders, (std::vector<std::string>{"a", "b"}));
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= MusicRoots::kCountMax; ++i) many.push_back("--music=m");
  EXPECT_TRUE(std::holds_alternative<UsageError>(parse(many)));
}

TEST(OptionsTest, PublicNamesComeOneByOneOrInARow) {
  const auto options = std::get<Options>(
      parse({"--public-name", "a.example", "b.example", "--music", "m", "--public-name=c"}));
  EXPECT_EQ(options.public_names, (std::vector<std::string>{"a.example", "b.example", "c"}));
  EXPECT_EQ(options.music_folders, std::vector<std::string>{"m"});
}

TEST(OptionsTest, GraceIsInSeconds) {
  EXPECT_EQ(std::get<Options>(parse({"--music", "m"})).grace, std::chrono::seconds(5));
  EXPECT_EQ(std::get<Options>(parse({"--music", "m", "--grace=0"})).grace.count(), 0);
}

TEST(OptionsTest, AUserComesWithAPasswordFile) {
  const auto options =
      std::get<Options>(parse({"--music", "m", "--user", "eve", "--password-file=p"}));
  EXPECT_EQ(options.user, "eve");
  EXPECT_EQ(options.password_file, "p");
  const auto open = std::get<Options>(parse({"--music", "m"}));
  EXPECT_EQ(open.user, "");
  EXPECT_FALSE(open.password_file);
}

TEST(OptionsTest, AProxyIsOnThisMachineUnlessItsAddressIsNamed) {
  const auto words_of = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--music", "m"});
    return std::get<Options>(parse(arguments)).trusted_proxies.words();
  };
  EXPECT_EQ(words_of({}), "nobody");
  EXPECT_EQ(words_of({"--trust-proxy"}), "this machine");
  EXPECT_EQ(words_of({"--trust-proxy", "192.0.2.7", "::2"}), "192.0.2.7, ::2");
  EXPECT_EQ(words_of({"--trust-proxy=192.0.2.7", "--trust-proxy"}), "this machine, 192.0.2.7");
  EXPECT_EQ(words_of({"--trust-proxy", "localhost", "::2"}), "this machine, ::2");
  const auto last = std::get<Options>(parse({"--music", "m", "--trust-proxy"}));
  EXPECT_EQ(last.trusted_proxies.words(), "this machine");
}

TEST(OptionsTest, HelpAndVersionNeedNothingElse) {
  EXPECT_TRUE(std::get<Options>(parse({"--help"})).help);
  EXPECT_TRUE(std::get<Options>(parse({"--version"})).version);
}

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(OptionsTest, TheHelpFitsATerminal) {
  std::istringstream help(usage_text());
  for (std::string line; std::getline(help, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
  }
}

// Those of the help are those that are understood, and the README names all of them.
TEST(OptionsTest, TheHelpAndTheReadmeNameTheOptionsThatThereAre) {
  const std::string help = usage_text();
  const std::string source = file_text(AURALIS_SOURCE_FOLDER "/server-min/options.cc");
  const std::string readme = file_text(AURALIS_SOURCE_FOLDER "/README.md");
  const auto names_in = [](const std::string& text, const std::string& pattern) {
    std::set<std::string> names;
    const std::regex name(pattern);
    for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
      names.insert((*at)[1]);
    }
    return names;
  };
  const auto told = names_in(help, "\\n  (--[a-z-]+)|, (--version)");
  const auto understood = names_in(source, "== \"(--[a-z-]+)\"");
  EXPECT_GE(told.size(), 12U);
  for (const std::string& name : understood) {
    EXPECT_NE(help.find(name), std::string::npos) << name;
    if (name != "--help" && name != "--version") {
      EXPECT_NE(readme.find(name), std::string::npos) << name << " in README.md";
    }
  }
  for (const std::string& name : told) {
    EXPECT_TRUE(name.empty() || understood.count(name) == 1) << name;
  }
}

// The examples of the help are the program's own words.
TEST(OptionsTest, TheExamplesOfTheHelpAreUnderstood) {
  std::string help = usage_text();
  help = std::regex_replace(help, std::regex(R"( \\\n +)"), " ");
  const std::regex example("\n  auralis-server ([^\n]+)");
  int count = 0;
  for (std::sregex_iterator at(help.begin(), help.end(), example), end; at != end; ++at, ++count) {
    std::istringstream line((*at)[1]);
    const std::vector<std::string> words{std::istream_iterator<std::string>(line), {}};
    EXPECT_TRUE(std::holds_alternative<Options>(parse(words))) << (*at)[1];
  }
  EXPECT_EQ(count, 3);
}

TEST(OptionsTest, EveryMistakeHasAMessageOfOneLine) {
  const std::vector<std::vector<std::string>> mistakes = {
      {},
      {"--music"},
      {"--music", ""},
      {"music"},
      {"--music", "a", "extra"},
      {"--music", "a", "--port", "65536"},
      {"--music", "a", "--port", "-1"},
      {"--music", "a", "--port", "http"},
      {"--music", "a", "--port"},
      {"--public-name"},
      {"--public-name", "--music", "a"},
      {"--music=a", "--public-name=b", "c"},
      {"--music=a", "--public-name", "b:80"},
      {"--music=a", "--public-name", "x", "*.b"},
      {"--music", "a", "--host", "example.org"},
      {"--music", "a", "--host", "[]"},
      {"--music", "a", "--host", "[::1"},
      {"--music", "a", "--host", "::1]:80"},
      {"--music", "a", "--grace", "1.5"},
      {"--music", "a", "--user", "eve"},
      {"--music", "a", "--password-file", "p"},
      {"--music", "a", "--user", "eve:", "--password-file", "p"},
      {"--music", "a", "--trust-proxy", "yes"},
      {"--music", "a", "--trust-proxy", "::1", "yes"},
      {"--music", "a", "--trust-proxy="},
      {"--music", "a", "--grace", "3601"},
      {"--music", "a", "--colour", "red"}};
  for (const auto& arguments : mistakes) {
    const auto result = parse(arguments);
    const auto* error = std::get_if<UsageError>(&result);
    ASSERT_NE(error, nullptr);
    EXPECT_FALSE(error->message.empty());
    EXPECT_EQ(error->message.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace server
