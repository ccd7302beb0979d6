// LibraryApiFixture: the library's part of the API over real sockets, and what its answers say.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/server-min/support/audio_files.h"
#include "tests/server-min/support/server_fixture.h"

namespace server {

/// The value of a field as it stands in a JSON text of ours, from `from` on: without its quotes.
inline std::string value_of(const std::string& json, const std::string& name,
                            std::size_t from = 0) {
  const std::size_t at = json.find('"' + name + "\":", from);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 3;
  const std::size_t end = json.find_first_of(",}]", begin);
  const std::string value = json.substr(begin, end - begin);
  return value.starts_with('"') ? value.substr(1, value.size() - 2) : value;
}

inline std::vector<std::string> values_of(const std::string& json, const std::string& name) {
  std::vector<std::string> values;
  for (std::size_t at = 0; (at = json.find('"' + name + "\":", at)) != std::string::npos; ++at) {
    values.push_back(value_of(json, name, at));
  }
  return values;
}

class LibraryApiFixture : public ::testing::Test {
 protected:
  HttpResponse get(const std::string& target, const std::string& header_lines = "") {
    HttpClient client(server_.port());
    const auto response = client.get("/api/library/" + target, header_lines);
    EXPECT_TRUE(response) << target;
    return response.value_or(HttpResponse{});
  }
  std::string body(const std::string& target) {
    const HttpResponse response = get(target);
    EXPECT_EQ(response.status, 200) << target << ": " << response.body;
    return response.body;
  }

  void add(const std::string& path, const TagList& tags, std::string_view picture = {}) const {
    server_.music.write(path, make_flac(2, tags, picture));
  }
  /// Two discs, a compilation, and what has no tags.
  void add_music() const {
    add("Abba/Gold/CD 1/1.flac",
        {{"TITLE", "Dancing Queen"},
         {"ARTIST", "Abba"},
         {"ALBUM", "Gold"},
         {"DISCNUMBER", "1"},
         {"DATE", "1992-09-21"},
         {"GENRE", "Pop"}},
        make_png());
    add("Abba/Gold/CD 2/1.flac", {{"TITLE", "Waterloo"},
                                  {"ARTIST", "Abba"},
                                  {"ALBUM", "Gold"},
                                  {"DISCNUMBER", "2"},
                                  {"GENRE", "Pop"},
                                  {"GENRE", "Schlager"}});
    add("Mix/1.flac", {{"TITLE", "One"},
                       {"ARTIST", "Zo\u00eb"},
                       {"ARTIST", "Bob"},
                       {"ALBUM", "Mix"},
                       {"ALBUMARTIST", "Various"},
                       {"ALBUMARTIST", "Friends"}});
    add("Mix/2.flac",
        {{"TITLE", "Two"}, {"ARTIST", "Bob"}, {"ALBUM", "Mix"}, {"ALBUMARTIST", "Various"}});
    server_.music.write("untagged.wav", make_wav(0.5));
  }

  RunningServer server_;
};

}  // namespace server
