// What docs/openapi.json says of each address is what the server answers: every field that is
// written there and no other, and every address.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server-min/library_api.h"
#include "server-min/login_gate.h"
#include "server-min/sqlite.h"
#include "server-min/text.h"
#include "tests/server-min/support/library_api_fixture.h"
#include "tests/server-min/support/wrong_login.h"

namespace server {
namespace {

/// One JSON text, read by SQLite. Places are its paths: "$.paths".
class Json {
 public:
  explicit Json(std::string text) : text_(std::move(text)) {}

  bool is_valid() { return ask("SELECT json_valid(?1) AND ?2 IS NOT NULL", "") == "1"; }
  /// object, array, text, integer, real, true, false, null; "" where there is nothing.
  std::string type(const std::string& place) { return ask("SELECT json_type(?1, ?2)", place); }
  std::string value(const std::string& place) { return ask("SELECT json_extract(?1, ?2)", place); }
  /// Of an object its fields, of an array its numbers.
  std::vector<std::string> keys(const std::string& place) {
    std::vector<std::string> keys;
    Query& query = database_.prepared("SELECT key FROM json_each(?1, ?2)");
    query.bind(std::string_view(text_), std::string_view(place));
    while (query.step()) keys.emplace_back(query.text(0));
    return keys;
  }
  std::vector<std::string> values(const std::string& place) {
    std::vector<std::string> values;
    for (const std::string& key : keys(place)) values.push_back(value(place + "[" + key + "]"));
    return values;
  }

  static std::string inside(const std::string& place, const std::string& key) {
    return place + ".\"" + key + "\"";
  }

 private:
  std::string ask(std::string_view sql, const std::string& place) {
    Query& query = database_.prepared(sql);
    query.bind(std::string_view(text_), std::string_view(place));
    std::string answer = query.step() ? std::string(query.text(0)) : "";
    query.reset();
    return answer;
  }

  const std::string text_;
  Database database_ = Database::open(":memory:");
};

class OpenApiTest : public LibraryApiFixture {
 protected:
  static std::string read_document() {
    std::ifstream file(AURALIS_OPENAPI_FILE);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Where a reference leads to; the place itself where there is none.
  std::string resolve(std::string place) {
    while (document.type(place + ".\"$ref\"") == "text") {
      const std::string target = document.value(place + ".\"$ref\"");
      place = "$";
      for (const std::string_view part : split(std::string_view(target).substr(2), '/')) {
        place = Json::inside(place, std::string(part));
      }
    }
    return place;
  }

  /// All fields of a schema, by name, with the places of their schemas.
  std::map<std::string, std::string> fields_of(const std::string& schema) {
    std::map<std::string, std::string> fields;
    const std::string place = resolve(schema);
    for (const std::string& part : document.keys(place + ".allOf")) {
      for (const auto& field : fields_of(place + ".allOf[" + part + "]")) fields.insert(field);
    }
    for (const std::string& name : document.keys(place + ".properties")) {
      fields[name] = Json::inside(place + ".properties", name);
    }
    return fields;
  }

  void expect_type(Json& answer, const std::string& at, const std::string& schema) {
    static const std::map<std::string, std::string> kNames = {
        {"text", "string"},   {"integer", "integer"}, {"real", "number"}, {"true", "boolean"},
        {"false", "boolean"}, {"object", "object"},   {"array", "array"}, {"null", "null"}};
    const std::string type = kNames.at(answer.type(at));
    const bool is_list = document.type(schema + ".type") == "array";
    const auto allowed = is_list ? document.values(schema + ".type")
                                 : std::vector<std::string>{document.value(schema + ".type")};
    const bool is_allowed = std::find(allowed.begin(), allowed.end(), type) != allowed.end();
    EXPECT_TRUE(is_allowed) << at << " is " << type << ", not as " << schema;
    if (document.type(schema + ".enum") != "array") return;
    const auto names = document.values(schema + ".enum");
    EXPECT_NE(std::find(names.begin(), names.end(), answer.value(at)), names.end())
        << at << " is " << answer.value(at);
  }

  void expect_like(Json& answer, const std::string& at, const std::string& schema) {
    const auto fields = fields_of(schema);
    if (!fields.empty()) {
      EXPECT_EQ(answer.type(at), "object") << at;
      for (const std::string& name : answer.keys(at)) {
        EXPECT_EQ(fields.count(name), 1U) << at << " has " << name << ", which is not written down";
      }
      for (const auto& [name, place] : fields) {
        const std::string inner = Json::inside(at, name);
        EXPECT_NE(answer.type(inner), "") << inner << " is written down, and is not there";
        if (!answer.type(inner).empty()) expect_like(answer, inner, place);
      }
      return;
    }
    const std::string place = resolve(schema);
    expect_type(answer, at, place);
    if (answer.type(at) != "array") return;
    for (const std::string& index : answer.keys(at)) {
      expect_like(answer, at + "[" + index + "]", place + ".items");
    }
  }

  /// Asks for the address and compares what comes with what is written down for it.
  void expect_described(const std::string& address, const std::string& target,
                        const std::string& method = "GET", const std::string& status = "200") {
    SCOPED_TRACE(method + " " + target);
    const std::string verb = method == "GET" ? "get" : "post";
    const std::string place =
        Json::inside("$.paths", address) + "." + verb + ".responses.\"" + status + "\"";
    ASSERT_NE(document.type(place), "") << "not written down";
    const auto response = HttpClient(server_.port()).request(method, target);
    ASSERT_TRUE(response);
    EXPECT_EQ(std::to_string(response->status), status) << response->body;
    const std::string json = Json::inside(resolve(place) + ".content", "application/json");
    if (document.type(json).empty()) return;
    Json answer(response->body);
    ASSERT_TRUE(answer.is_valid()) << response->body;
    expect_like(answer, "$", json + ".schema");
  }

  void add_everything() {
    add_music();
    add("Mix/3.flac", {{"TITLE", "Three"},
                       {"ALBUM", "Mix"},
                       {"LYRICS", "words"},
                       {"REPLAYGAIN_TRACK_GAIN", "-1 dB"}});
    server_.music.write("list.m3u8", "Mix/1.flac\n");
    server_.music.write("song.ogg", "");
    server_.start();
  }
  /// An address of the document with what stands for its id.
  std::string target_of(const std::string& address) {
    std::string target = address;
    const std::size_t at = target.find("{id}");
    if (at == std::string::npos) return target;
    std::string id = server_.id_of("Abba/Gold/CD 1/1.flac");
    if (address.ends_with("lyrics")) id = server_.id_of("Mix/3.flac");
    for (const char* kind : {"albums", "artists", "genres", "folders", "playlists"}) {
      if (address.find(kind) == std::string::npos) continue;
      const std::string list = body(kind);
      id = value_of(list, "id", list.find("\"" + std::string(kind) + "\""));
    }
    return target.replace(at, 4, id);
  }

  Json document{read_document()};
};

TEST_F(OpenApiTest, EveryAnswerHasTheFieldsThatAreWrittenDownAndNoOther) {
  ASSERT_TRUE(document.is_valid());
  add_everything();
  const auto addresses = document.keys("$.paths");
  EXPECT_GE(addresses.size(), LibraryApi::kAddresses.size());
  for (const std::string& address : addresses) {
    if (address == "/api/events") continue;  // Has no end, see event_hub_test.cc.
    expect_described(address, target_of(address));
  }
  expect_described("/api/library/scan", "/api/library/scan", "POST", "202");
  expect_described("/api/library/tracks", "/api/library/tracks?sort=x", "GET", "400");
  expect_described("/api/library/tracks/{id}", "/api/library/tracks/x", "GET", "404");
}

// Those that any address may answer with.
TEST_F(OpenApiTest, RefusalsAreAsTheyAreWrittenDown) {
  LoginGate gate("eve", "secret", [](const std::string&) {});
  RunningServer guarded;
  guarded.start({}, &gate);
  const auto expect_refusal = [&](const std::string& name, int status, const std::string& target,
                                  const std::string& lines = "") {
    SCOPED_TRACE(name);
    HttpClient client(guarded.port());
    const auto response = client.get(target, lines);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, status);
    const std::string place = "$.components.responses." + name;
    ASSERT_EQ(document.type(place), "object");
    for (const std::string& header : document.keys(place + ".headers")) {
      EXPECT_TRUE(response->has(ascii_lower(header))) << header;
    }
    Json answer(response->body);
    expect_like(answer, "$", Json::inside(place + ".content", "application/json") + ".schema");
  };
  for (std::size_t i = 0; i < FailedTries::kCountMax; ++i) {
    expect_refusal("LoginWanted", 401, "/api/library/tracks", wrong_login(i));
  }
  expect_refusal("TooManyTries", 429, "/api/library/tracks", wrong_login(0));
  expect_refusal("TooLong", 414, "/api/" + std::string(9000, 'x'));
}

TEST_F(OpenApiTest, EveryAddressIsWrittenDown) {
  for (const std::string_view address : LibraryApi::kAddresses) {
    const std::string path = "/api/library/" + std::string(address);
    EXPECT_EQ(document.type(Json::inside("$.paths", path)), "object") << path;
  }
}

TEST_F(OpenApiTest, TheOrdersAreThoseThatAreUnderstood) {
  const std::map<std::string, ListKind> kinds = {{"tracks", ListKind::kTracks},
                                                 {"albums", ListKind::kAlbums},
                                                 {"artists", ListKind::kArtists},
                                                 {"genres", ListKind::kGenres}};
  for (const auto& [name, kind] : kinds) {
    const std::string parameters =
        Json::inside("$.paths", "/api/library/" + name) + ".get.parameters";
    std::set<std::string> written;
    for (const std::string& index : document.keys(parameters)) {
      const std::string place = parameters + "[" + index + "]";
      if (document.value(place + ".name") != "sort") continue;
      for (const std::string& sort : document.values(place + ".schema.enum")) {
        written.insert(sort);
      }
    }
    std::set<std::string> known;
    const std::string names = sort_names(kind);
    for (std::size_t begin = 0; begin < names.size();) {
      const std::size_t end = std::min(names.find(", ", begin), names.size());
      known.insert(names.substr(begin, end - begin));
      begin = end + 2;
    }
    EXPECT_EQ(written, known) << name;
  }
}

}  // namespace
}  // namespace server
