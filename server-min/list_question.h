// ListQuestion: which part of which list is asked for, in which order.
//
//   limit, offset|cursor     the page
//   sort, order=asc|desc     see sort_of_name(); without them the order of the shelf
//   album, artist, genre, folder=ID, below=true|false, away=true|false, search     what is in it
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "server-min/list_order.h"
#include "server-min/message.h"
#include "server-min/request_target.h"
#include "server-min/track.h"

namespace server {

struct ListQuestion {
  static constexpr std::uint64_t kLimitDefault = 50;
  static constexpr std::uint64_t kLimitMax = 500;

  std::uint64_t limit = kLimitDefault;
  std::uint64_t offset = 0;
  bool has_cursor = false;         ///< Even an empty one, which asks for the first page.
  std::optional<PublicId> cursor;  ///< What the page before ended with.
  ListOrderName order;
  std::optional<PublicId> album;
  std::optional<PublicId> artist;
  std::optional<PublicId> genre;
  std::optional<PublicId> folder;
  bool below = true;  ///< With the tracks of the folders that lie in `folder`.
  std::optional<bool> away;
  std::string search;  ///< Empty: no search.
};

/// The question about a list of this kind, or the complaint: 400.
std::variant<ListQuestion, Reply> read_question(const RequestTarget& target, ListKind kind,
                                                std::uint64_t limit_default);

/// 400.
Reply bad_parameter(const std::string& message);

}  // namespace server
