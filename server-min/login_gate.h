// LoginGate: lets only those pass who know the user's name and the password, by the scheme Basic
// (RFC 7617) with UTF-8. A name and a password are compared in a time that tells nothing of them;
// after FailedTries::kCountMax different wrong ones an address has to wait. One that is repeated,
// as browsers do with what they remember, is one.
//
// Basic sends the password with each request, so whoever can read along has it: it is for behind
// TLS (docs/secure-context.md), which the server leaves to a proxy.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server-min/failed_tries.h"
#include "server-min/message.h"

namespace server {

/// True for a name that Basic can carry: not empty, no colon, no control characters, valid UTF-8.
bool is_user_name(const std::string& name);

class LoginGate {
 public:
  /// `user`: see is_user_name(). `tell` gets a line of words for each wrong one that is counted; it
  /// never names what was tried, which may be a password in the wrong field.
  LoginGate(std::string user, const std::string& password,
            std::function<void(const std::string&)> tell);

  /// What to answer instead: 401, or 429 from where too many wrong tries came. Nothing when the
  /// request may pass. From any thread.
  std::optional<Reply> refusal_of(const Request& request, std::int64_t now_seconds);

  const std::string& user() const { return user_; }

 private:
  const std::string user_;
  const std::string expected_;  // "user:password".
  const std::function<void(const std::string&)> tell_;
  std::mutex mutex_;  // Guards what follows.
  FailedTries failed_;
};

/// "user:password" out of the value of Authorization; nothing where it is no Basic.
std::optional<std::string> basic_credentials(std::string_view authorization);

}  // namespace server
