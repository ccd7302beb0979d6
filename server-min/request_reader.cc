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

namespace server {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;
using Head = http::request<http::empty_body>;

// Small enough that thousands of idle connections cost little, large enough for usual requests.
constexpr std::size_t kReadSizeBytes = 2048;

// The parser keeps about a hundred bytes for each field, be it as short as "a:".
constexpr std::size_t kFieldCountMax = 100;

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
  request.origin = joined_field(head, http::field::origin);
  request.fetch_site = joined_field(head, "Sec-Fetch-Site");
  request.accept_encoding = joined_field(head, http::field::accept_encoding).value_or("");
  return request;
}

RefusedRequest refusal(int status, std::string_view code, std::string_view message,
                       bool head_only = false) {
  return {error_reply(status, code, message), head_only};
}

RefusedRequest head_too_large() {
  return refusal(431, "header_too_large", "The request's header is too large.");
}

RefusedRequest refusal_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return head_too_large();
  if (error == http::error::bad_version) {
    return refusal(505, "bad_version", "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
  }
  return refusal(400, "bad_request", "The request is not valid HTTP.");
}

// A value that goes on in the next line (obs-fold). Beast joins the lines, but others on the way
// may read them as two fields, so a server has to refuse or replace them (RFC 9112 section 5.2).
// Beast takes whole fields only, so a fold never lies across two pieces.
bool has_fold(std::string_view lines) {
  return lines.find("\r\n ") != std::string_view::npos ||
         lines.find("\r\n\t") != std::string_view::npos;
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
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(head_size_max));
    parser->body_limit(std::numeric_limits<std::uint64_t>::max());  // See take_framing().
    parsed_any = false;
    line_count = 0;
  }

  // Gives the parser what has arrived and looks at the lines that it took.
  std::optional<RefusedRequest> parse() {
    boost::system::error_code error;
    const std::size_t used = parser->put(boost::asio::buffer(buffer.data(), buffered_bytes), error);
    const std::string_view lines = std::string_view(buffer).substr(0, used);
    line_count += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    const bool folded = has_fold(lines);
    buffer.erase(0, used);
    buffered_bytes -= used;
    parsed_any = parsed_any || used > 0;
    if (error && error != http::error::need_more) return refusal_of(error);
    if (folded) return refusal_of(http::make_error_code(http::error::bad_value));
    if (line_count > kFieldCountMax + 2) return head_too_large();  // Request line, empty line.
    if (!parser->is_header_done() && buffered_bytes >= head_size_max) return head_too_large();
    return std::nullopt;
  }

  std::size_t head_size_max;
  std::string buffer;              // Bytes received and not parsed yet, then room for more.
  std::size_t buffered_bytes = 0;  // How much of the buffer is received.
  std::optional<Parser> parser;
  bool parsed_any = false;     // The parser has taken a part of the head out of the buffer.
  std::size_t line_count = 0;  // How many lines of the head those are.
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
  ReceivedRequest received{to_request(head), state.parser->keep_alive(), head.version() == 10};
  if (auto refused = take_authority(head, received.request)) return std::move(*refused);
  if (auto refused = take_framing(head, received)) return std::move(*refused);
  state.restart();
  return received;
}

}  // namespace server
