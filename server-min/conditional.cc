#include "server-min/conditional.h"

#include <array>
#include <cstdio>

#include "server-min/http_date.h"
#include "server-min/text.h"

namespace server {
namespace {

// Takes one entity tag off the front of `list`: [ "W/" ] DQUOTE *etagc DQUOTE. A tag may contain
// commas, so the list cannot simply be split. Empty view when no tag starts there.
std::string_view take_etag(std::string_view& list) {
  const std::size_t open = list.starts_with("W/") ? 2 : 0;
  if (list.size() <= open || list[open] != '"') return {};
  const std::size_t close = list.find('"', open + 1);
  if (close == std::string_view::npos) return {};
  const std::string_view tag = list.substr(0, close + 1);
  list.remove_prefix(close + 1);
  return tag;
}

}  // namespace

std::string make_etag(std::uint64_t size_bytes, std::int64_t modified_ns, std::int64_t changed_ns,
                      std::uint64_t inode) {
  std::array<char, 80> text{};
  std::snprintf(
      text.data(), text.size(), "\"%llx-%llx-%llx-%llx\"",
      static_cast<unsigned long long>(size_bytes), static_cast<unsigned long long>(modified_ns),
      static_cast<unsigned long long>(changed_ns), static_cast<unsigned long long>(inode));
  return text.data();
}

bool etag_list_matches(std::string_view list, std::string_view etag, bool strong) {
  list = trim(list);
  if (list == "*") return true;
  while (true) {
    // Recipients must skip empty list elements (RFC 9110 section 5.6.1.2).
    while (!list.empty() && list.front() == ',') list = trim(list.substr(1));
    std::string_view tag = take_etag(list);
    if (tag.empty()) return false;  // The end, or malformed from here on.
    const bool weak = tag.starts_with("W/");
    if (weak) tag.remove_prefix(2);
    if (tag == etag && !(strong && weak)) return true;
    list = trim(list);
  }
  return false;
}

Precondition evaluate(const Conditions& conditions, const Validators& validators,
                      std::int64_t now_seconds) {
  if (conditions.if_match) {
    if (!etag_list_matches(*conditions.if_match, validators.etag, true)) {
      return Precondition::kFailed;
    }
  } else if (conditions.if_unmodified_since) {
    const auto date = parse_http_date(*conditions.if_unmodified_since, now_seconds);
    if (date && validators.modified_seconds > *date) return Precondition::kFailed;
  }
  if (conditions.if_none_match) {
    return etag_list_matches(*conditions.if_none_match, validators.etag, false)
               ? Precondition::kNotModified
               : Precondition::kProceed;
  }
  if (conditions.if_modified_since) {
    const auto date = parse_http_date(*conditions.if_modified_since, now_seconds);
    if (date && validators.modified_seconds <= *date) return Precondition::kNotModified;
  }
  return Precondition::kProceed;
}

bool range_still_valid(const Conditions& conditions, const Validators& validators,
                       std::int64_t now_seconds) {
  if (!conditions.if_range) return true;
  const std::string_view value = trim(*conditions.if_range);
  if (value.starts_with('"') || value.starts_with("W/")) return value == validators.etag;
  const auto date = parse_http_date(value, now_seconds);
  // A file that was modified in the running second may change again within it, so that the date
  // does not yet name one version (RFC 9110 section 8.8.2.2).
  return date && *date == validators.modified_seconds && *date < now_seconds;
}

}  // namespace server
