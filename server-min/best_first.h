// BestFirst: what of many things found is shown first.
#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server-min/fold.h"
#include "server-min/search_text.h"
#include "server-min/text.h"

namespace server {

/// Those first whose name begins with what is searched for; else in the order in which they come.
template <typename Item>
class BestFirst {
 public:
  BestFirst(std::string_view search, const CaseFolder& folder)
      : folder_(folder), start_(search_text(repair_utf8(search), folder_)) {}

  void add(std::string_view name, Item item) {
    const bool begins = search_text(name, folder_).starts_with(start_);
    (begins ? first_ : second_).push_back(std::move(item));
  }
  std::vector<Item> take(std::size_t limit) {
    std::move(second_.begin(), second_.end(), std::back_inserter(first_));
    if (first_.size() > limit)
      first_.erase(first_.begin() + static_cast<std::ptrdiff_t>(limit), first_.end());
    return std::move(first_);
  }

 private:
  const CaseFolder& folder_;
  const std::string start_;
  std::vector<Item> first_;
  std::vector<Item> second_;
};

}  // namespace server
