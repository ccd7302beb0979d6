#include "server-min/list_question.h"

#include <algorithm>
#include <utility>

#include "server-min/text.h"

namespace server {
namespace {

// Reads parameters one by one and keeps the first complaint.
class Parameters {
 public:
  explicit Parameters(const RequestTarget& target) : target_(target) {}

  std::uint64_t number(const char* name, std::uint64_t otherwise) {
    const auto text = target_.parameter(name);
    if (!text) return otherwise;
    const auto number = parse_whole_number(*text);
    if (!number) complain(name, "a whole number, zero or more");
    return number.value_or(otherwise);
  }

  std::optional<PublicId> id(const char* name) {
    const auto text = target_.parameter(name);
    if (!text) return std::nullopt;
    const auto id = parse_id(*text);
    if (!id) complain(name, "an id of this API");
    return id;
  }

  std::optional<bool> choice(const char* name, const char* yes, const char* no) {
    const auto text = target_.parameter(name);
    if (!text) return std::nullopt;
    if (*text != yes && *text != no) complain(name, std::string(yes) + " or " + no);
    return *text == yes;
  }

  void complain(const std::string& name, const std::string& expected) {
    if (complaint_.empty()) complaint_ = name + " must be " + expected + ".";
  }
  const std::string& complaint() const { return complaint_; }

 private:
  const RequestTarget& target_;
  std::string complaint_;
};

}  // namespace

Reply bad_parameter(const std::string& message) {
  return error_reply(400, "bad_request", message);
}

std::variant<ListQuestion, Reply> read_question(const RequestTarget& target, ListKind kind,
                                                std::uint64_t limit_default) {
  ListQuestion question;
  Parameters parameters(target);
  // A larger page than allowed is cut, and the answer says so in its own "limit".
  question.limit = std::min(parameters.number("limit", limit_default), ListQuestion::kLimitMax);
  question.offset = parameters.number("offset", 0);
  if (const auto cursor = target.parameter("cursor")) {
    question.has_cursor = true;
    if (!cursor->empty()) question.cursor = parse_id(*cursor);
    if (!cursor->empty() && !question.cursor) {
      parameters.complain("cursor", "one that an answer had in next");
    }
  }
  question.order.kind = kind;
  if (const auto name = target.parameter("sort")) {
    const auto sort = sort_of_name(kind, *name);
    if (!sort) parameters.complain("sort", "one of " + sort_names(kind));
    question.order.sort = sort.value_or(ListSort::kShelf);
  }
  question.order.descending = parameters.choice("order", "desc", "asc").value_or(false);
  question.album = parameters.id("album");
  question.artist = parameters.id("artist");
  question.genre = parameters.id("genre");
  question.folder = parameters.id("folder");
  question.below = parameters.choice("below", "true", "false").value_or(true);
  question.away = parameters.choice("away", "true", "false");
  question.search = target.parameter("search").value_or("");
  if (!parameters.complaint().empty()) return bad_parameter(parameters.complaint());
  return question;
}

}  // namespace server
