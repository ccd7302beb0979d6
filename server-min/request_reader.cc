#include "server-min/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server-min/request_framing.h"
#include "server-min/request_target.h"
#include "server-min/text.h"

namespace server {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;
using Head = http::request<http::empty_body>;

// Small enough that thousands of idle connections cost little, large enough for usual requests.
constexpr std::size_t kReadSizeBytes = 2048;

// The parser keeps about a hundred bytes for each field, be it as short as "a:".
constexpr std::size_t kFieldCountMax = 100;

// Clients of old ended a request with an empty line too many. One in front of a request is to be
// ignored (RFC 9112 section 2.2), and a few cost nothing.
constexpr std::size_t kEmptyLineCountMax = 8;

// A field that may come several times as one list, in order (RFC 9110 section 5.3).
template <typename Name>
std::optional<std::string> joined_field(const Head& head, Name name) {
  std::optional<std::string> joined;
  const auto [begin, end] = head.equal_range(name);
  for (auto field = begin; field != end; ++field) {
    joined = joined ? *joined + ", " : std::string();
    joined->append(field->value().data(), field->value().size());
  }
  return joined;
}

// A field that has one value. Two of them contradict each other, so neither counts.
std::optional<std::string> single_field(const Head& head, http::field name) {
  return head.count(name) == 1 ? joined_field(head, name) : std::nullopt;
}

Method method_of(const Head& head) {
  switch (head.method()) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    default:
      return Method::kOther;
  }
}

Request to_request(const Head& head) {
  Request request;
  request.method = method_of(head);
  request.target = std::string(head.target().data(), head.target().size());
  request.conditions.if_match = joined_field(head, http::field::if_match);
  request.conditions.if_none_match = joined_field(head, http::field::if_none_match);
  request.conditions.if_modified_since = single_field(head, http::field::if_modified_since);
  request.conditions.if_unmodified_since = single_field(head, http::field::if_unmodified_since);
  request.conditions.if_range = joined_field(head, http::field::if_range);
  request.range = single_field(head, http::field::range);
  request.authorization = single_field(head, http::field::authorization);
  request.origin = joined_field(head, http::field::origin);
  request.fetch_site = joined_field(head, "Sec-Fetch-Site");
  request.accept_encoding = joined_field(head, http::field::accept_encoding).value_or("");
  return request;
}

RequestNotes to_notes(const Head& head) {
  RequestNotes notes;
  notes.line.append(head.method_string().data(), head.method_string().size()).append(1, ' ');
  notes.line.append(head.target().data(), head.target().size());
  notes.line.append(head.version() == 10 ? " HTTP/1.0" : " HTTP/1.1");
  notes.referer = joined_field(head, http::field::referer).value_or("");
  notes.forwarded_for = joined_field(head, "X-Forwarded-For").value_or("");
  notes.user_agent = joined_field(head, http::field::user_agent).value_or("");
  return notes;
}

RefusedRequest refusal(int status, std::string_view code, std::string_view message,
                       bool head_only = false) {
  return {error_reply(status, code, message), head_only};
}

RefusedRequest not_http() {
  return refusal(400, "bad_request", "The request is not valid HTTP.");
}

// Where "HTTP/1.1" begins in the request line; nothing where no version of this form stands there.
std::optional<std::size_t> version_place(std::string_view head) {
  const std::size_t method_end = head.find(' ');
  if (method_end == std::string_view::npos) return std::nullopt;
  const std::size_t target_end = head.find(' ', method_end + 1);
  if (target_end == std::string_view::npos) return std::nullopt;
  const std::string_view version = head.substr(target_end + 1, 8);
  if (version.size() < 8 || !version.starts_with("HTTP/") || version[6] != '.') return std::nullopt;
  if (!is_digit(version[5]) || !is_digit(version[7])) return std::nullopt;
  return target_end + 1;
}

RefusedRequest fields_too_large() {
  return refusal(431, "header_too_large", "The request's header is too large.");
}

// For heads that have grown beyond the limit: what of them is too long. `line_size` is that of the
// request line, which `head` begins with where it is not known.
RefusedRequest head_too_large(std::size_t line_size, std::string_view head, std::size_t size_max) {
  if (line_size == 0) {
    line_size = std::min(head.find("\r\n"), head.size());
    if (line_size == head.size() && head.find(' ') == std::string_view::npos) {
      return refusal(501, "unknown_method", "This method is not known here.");
    }
  }
  if (line_size > size_max / 2) {
    return refusal(414, "target_too_long", "The request's target is too long.");
  }
  return fields_too_large();
}

// A value that goes on in the next line (obs-fold). Beast joins the lines, but others on the way
// may read them as two fields, so a server has to refuse or replace them (RFC 9112 section 5.2).
// Beast takes whole fields only, so a fold never lies across two pieces.
bool has_fold(std::string_view lines) {
  return lines.find("\r\n ") != std::string_view::npos ||
         lines.find("\r\n\t") != std::string_view::npos;
}

// A line that LF alone ends, which a recipient may take for a whole one (RFC 9112 section 2.2): two
// on the way may differ, so it is refused, and at once. The parser would wait for a CR LF first.
// `begin`: what is before was looked at.
bool has_bare_lf(std::string_view lines, std::size_t begin) {
  for (std::size_t at = lines.find('\n', begin); at != std::string_view::npos;
       at = lines.find('\n', at + 1)) {
    if (at == 0 || lines[at - 1] != '\r') return true;
  }
  return false;
}

RefusedRequest bad_host(bool head_only) {
  return refusal(400, "bad_host", "A request needs one Host that names a host.", head_only);
}

// Finds out whom the request is for. The result is the refusal when that cannot be told.
std::optional<RefusedRequest> take_authority(const Head& head, Request& request) {
  const bool head_only = request.method == Method::kHead;
  const std::size_t host_count = head.count(http::field::host);
  if (host_count > 1 || (host_count == 0 && head.version() == 11)) return bad_host(head_only);
  if (host_count == 1) {
    request.addressee = *joined_field(head, http::field::host);
    request.authority = parse_authority(request.addressee);
    if (!request.authority) return bad_host(head_only);
  }
  if (const auto authority = authority_of_target(request.target)) {
    request.addressee = *authority;
    request.authority = parse_authority(*authority);
    if (!request.authority) return bad_host(head_only);
  }
  return std::nullopt;
}

// A request whose body is not read cannot be followed by another one. The result is the refusal;
// `received.keep_alive` tells the rest.
std::optional<RefusedRequest> take_framing(const Head& head, ReceivedRequest& received) {
  const bool head_only = received.request.method == Method::kHead;
  switch (framing_of({joined_field(head, http::field::transfer_encoding),
                      joined_field(head, http::field::content_length), received.http_1_0})) {
    case Framing::kNoBody:
      return std::nullopt;
    case Framing::kUncertain:
      return refusal(400, "bad_framing", "The length of the request's body is not certain.",
                     head_only);
    case Framing::kUnknownCoding:
      return refusal(501, "unknown_coding", "This transfer coding is not understood here.",
                     head_only);
    case Framing::kBody:
      break;
  }
  // A method that is not answered anyway gets its own error from the routes, and what is asked for
  // by POST needs no body.
  received.keep_alive = false;
  const Method method = received.request.method;
  if (method == Method::kOther || method == Method::kPost) return std::nullopt;
  return refusal(413, "body_refused", "Requests with a body are not accepted.", head_only);
}

}  // namespace

struct RequestReader::State {
  explicit State(std::size_t size_max) : head_size_max(size_max) { restart(); }

  void restart() {
    start_parser();
    parsed_any = false;
    line_count = 0;
    empty_line_count = 0;
  }

  void start_parser() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(head_size_max));
    parser->body_limit(std::numeric_limits<std::uint64_t>::max());  // See take_framing().
  }

  std::string_view received() const { return std::string_view(buffer).substr(0, buffered_bytes); }

  void drop(std::size_t byte_count) {
    buffer.erase(0, byte_count);
    buffered_bytes -= byte_count;
    lf_checked = 0;
  }

  // False when there are too many in front of the request.
  bool drop_empty_lines() {
    while (received().starts_with("\r\n")) {
      drop(2);
      if (++empty_line_count > kEmptyLineCountMax) return false;
    }
    return true;
  }

  // The result is how much it took.
  std::size_t feed_parser(boost::system::error_code& error) {
    return parser->put(boost::asio::buffer(buffer.data(), buffered_bytes), error);
  }

  // A higher minor version of the major one spoken here is answered as the highest that is known
  // (RFC 9110 section 2.5). The parser takes only those that it knows, and leaves the line as it
  // is.
  bool lower_minor_version() {
    const auto place = version_place(received());
    if (!place || buffer[*place + 5] != '1' || buffer[*place + 7] < '2') return false;
    buffer[*place + 7] = '1';
    start_parser();
    return true;
  }

  RefusedRequest refusal_of(const boost::system::error_code& error) const {
    if (error == http::error::header_limit) return too_large();
    const auto place = version_place(received());
    if (error == http::error::bad_version && place && buffer[*place + 5] != '1') {
      return refusal(505, "bad_version", "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    }
    return not_http();
  }

  RefusedRequest too_large() const {
    const std::size_t target_size = parser->get().target().size();
    return head_too_large(target_size, received(), head_size_max);
  }

  // Gives the parser what has arrived and looks at the lines that it took.
  std::optional<RefusedRequest> parse() {
    if (!parsed_any) {
      if (!drop_empty_lines()) return not_http();
      if (received().empty() || received() == "\r") return std::nullopt;
    }
    boost::system::error_code error;
    std::size_t used = feed_parser(error);
    if (error == http::error::bad_version && lower_minor_version()) used = feed_parser(error);
    const std::string_view lines = received().substr(0, used);
    line_count += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    const bool folded = has_fold(lines);
    if (used > 0) drop(used);
    parsed_any = parsed_any || used > 0;
    if (error && error != http::error::need_more) return refusal_of(error);
    if (folded) return not_http();
    if (line_count > kFieldCountMax + 2) return fields_too_large();  // First line, empty line.
    if (parser->is_header_done()) return std::nullopt;
    if (has_bare_lf(received(), lf_checked)) return not_http();
    lf_checked = buffered_bytes;
    if (buffered_bytes >= head_size_max) return too_large();
    return std::nullopt;
  }

  std::size_t head_size_max;
  std::string buffer;              // Bytes received and not parsed yet, then room for more.
  std::size_t buffered_bytes = 0;  // How much of the buffer is received.
  std::optional<Parser> parser;
  bool parsed_any = false;           // The parser has taken a part of the head out of the buffer.
  std::size_t line_count = 0;        // How many lines of the head those are.
  std::size_t empty_line_count = 0;  // In front of the head.
  std::size_t lf_checked = 0;        // How much of the buffer has no LF alone.
};

RequestReader::RequestReader(std::size_t head_size_max)
    : state_(std::make_unique<State>(head_size_max)) {}

RequestReader::~RequestReader() = default;

std::span<char> RequestReader::prepare() {
  State& state = *state_;
  const std::size_t room = state.head_size_max - state.buffered_bytes;
  state.buffer.resize(state.buffered_bytes + (room < kReadSizeBytes ? room : kReadSizeBytes));
  return {state.buffer.data() + state.buffered_bytes, state.buffer.size() - state.buffered_bytes};
}

void RequestReader::commit(std::size_t byte_count) {
  state_->buffered_bytes += byte_count;
}

bool RequestReader::idle() const {
  return state_->buffered_bytes == 0 && !state_->parsed_any;
}

ReadStep RequestReader::next() {
  State& state = *state_;
  if (state.buffered_bytes == 0) return NeedBytes{};
  if (auto refused = state.parse()) return std::move(*refused);
  if (!state.parser->is_header_done()) return NeedBytes{};

  const Head& head = state.parser->get();
  ReceivedRequest received{to_request(head), to_notes(head), state.parser->keep_alive(),
                           head.version() == 10};
  if (auto refused = take_authority(head, received.request)) return std::move(*refused);
  if (auto refused = take_framing(head, received)) return std::move(*refused);
  state.restart();
  return received;
}

}  // namespace server
