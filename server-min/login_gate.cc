#include "server-min/login_gate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server-min/client_address.h"
#include "server-min/password_file.h"
#include "server-min/text.h"

namespace server {
namespace {

constexpr std::size_t kUserSizeMax = 128;
constexpr std::size_t kCredentialsSizeMax = kUserSizeMax + 1 + kPasswordSizeMax;

std::optional<unsigned> base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

// RFC 4648 section 4, with its padding.
std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string bytes;
  unsigned bits = 0;
  unsigned bit_count = 0;
  for (const char c : text) {
    const auto digit = base64_digit(c);
    if (!digit) return std::nullopt;
    bits = ((bits << 6U) | *digit) & 0xFFFFU;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes += static_cast<char>((bits >> bit_count) & 0xFFU);
  }
  return bytes;
}

// Looks at as many bytes whatever they are, so that the time tells nothing of where they differ.
bool are_same(std::string_view given, std::string_view expected) {
  std::array<unsigned char, kCredentialsSizeMax> a{};
  std::array<unsigned char, kCredentialsSizeMax> b{};
  std::copy_n(given.begin(), std::min(given.size(), a.size()), a.begin());
  std::copy_n(expected.begin(), std::min(expected.size(), b.size()), b.begin());
  volatile unsigned difference = given.size() == expected.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = difference | static_cast<unsigned>(a[i] ^ b[i]);
  }
  return difference == 0;
}

Reply login_wanted() {
  Reply reply = error_reply(401, "login_wanted", "This server wants a name and a password.");
  reply.add_header("WWW-Authenticate", R"(Basic realm="Auralis", charset="UTF-8")");
  return reply;
}

Reply too_many_tries(std::int64_t seconds) {
  Reply reply = error_reply(429, "too_many_tries",
                            "Too many wrong names or passwords came from this address.");
  reply.add_header("Retry-After", std::to_string(seconds));
  return reply;
}

}  // namespace

bool is_user_name(const std::string& name) {
  if (name.empty() || name.size() > kUserSizeMax || repair_utf8(name) != name) return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == ':' || byte < 0x20 || byte == 0x7F;
  });
}

std::optional<std::string> basic_credentials(std::string_view authorization) {
  constexpr std::string_view kScheme = "Basic ";
  if (!equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return base64_decode(trim(authorization.substr(kScheme.size())));
}

LoginGate::LoginGate(std::string user, const std::string& password,
                     std::function<void(const std::string&)> tell)
    : user_(std::move(user)), expected_(user_ + ':' + password), tell_(std::move(tell)) {}

std::optional<Reply> LoginGate::refusal_of(const Request& request, std::int64_t now_seconds) {
  if (!request.authorization) return login_wanted();
  const std::string network = network_of(request.client_address);
  std::optional<std::size_t> count;
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t seconds = failed_.seconds_to_wait(network, now_seconds);
    if (seconds > 0) return too_many_tries(seconds);
    const std::string given = basic_credentials(*request.authorization).value_or("");
    if (are_same(given, expected_)) return std::nullopt;
    count = failed_.note(network, std::hash<std::string>{}(given), now_seconds);
  }
  if (!count) return login_wanted();
  std::string words = "wrong name or password from " + request.client_address;
  if (*count >= FailedTries::kCountMax) {
    words += ": " + std::to_string(*count) +
             " different ones, nothing more is looked at from there for " +
             std::to_string(FailedTries::kWindowSeconds) + " s";
  }
  // Else one outsider makes all wait who come by the same proxy, and nobody sees why.
  if (request.hides_client) {
    words += "; if that is a proxy of yours, --trust-proxy tells its clients apart";
  }
  tell_(words);
  return login_wanted();
}

}  // namespace server
