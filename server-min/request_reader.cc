#include "server-min/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <string>
#include <utility>

namespace server {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;
using Head = http::request<http::empty_body>;

// Small enough that thousands of idle connections cost little, large enough for usual requests.
constexpr std::size_t kReadSizeBytes = 2048;

// A field that may come several times as one list, in order (RFC 9110 section 5.3).
std::optional<std::string> joined_field(const Head& head, http::field name) {
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
  if (error == http::error::body_limit) {
    return refusal(413, "body_refused", "Requests with a body are not accepted.");
  }
  if (error == http::error::bad_version) {
    return refusal(505, "bad_version", "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
  }
  return refusal(400, "bad_request", "The request is not valid HTTP.");
}

bool has_body(const Parser& parser) {
  if (parser.chunked()) return true;
  const auto length = parser.content_length();
  return length && *length > 0;
}

}  // namespace

struct RequestReader::State {
  explicit State(std::size_t size_max) : head_size_max(size_max) { restart(); }

  void restart() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(head_size_max));
    parsed_any = false;
  }

  std::size_t head_size_max;
  std::string buffer;              // Bytes received and not parsed yet, then room for more.
  std::size_t buffered_bytes = 0;  // How much of the buffer is received.
  std::optional<Parser> parser;
  bool parsed_any = false;  // The parser has taken a part of the head out of the buffer.
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
  boost::system::error_code error;
  const std::size_t used =
      state.parser->put(boost::asio::buffer(state.buffer.data(), state.buffered_bytes), error);
  state.buffer.erase(0, used);
  state.buffered_bytes -= used;
  state.parsed_any = state.parsed_any || used > 0;
  if (error == http::error::need_more || (!error && !state.parser->is_header_done())) {
    if (state.buffered_bytes >= state.head_size_max) return head_too_large();
    return NeedBytes{};
  }
  if (error) return refusal_of(error);

  const Head& head = state.parser->get();
  const bool head_only = head.method() == http::verb::head;
  if (head.version() != 10 && head.version() != 11) {
    return refusal_of(http::make_error_code(http::error::bad_version));
  }
  if (head.count(http::field::host) != 1 &&
      (head.version() == 11 || head.count(http::field::host) > 1)) {
    return refusal(400, "bad_request", "A request needs exactly one Host field.", head_only);
  }
  ReceivedRequest received{to_request(head), state.parser->keep_alive(), head.version() == 10};
  if (has_body(*state.parser)) {
    // A method that is not answered anyway gets its own error from the routes; then the connection
    // ends, because the body is not read.
    if (received.request.method != Method::kOther) {
      return refusal(413, "body_refused", "Requests with a body are not accepted.", head_only);
    }
    received.keep_alive = false;
  }
  state.restart();
  return received;
}

}  // namespace server
