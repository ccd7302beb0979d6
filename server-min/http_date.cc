#include "server-min/http_date.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "server-min/text.h"

namespace server {
namespace {

constexpr std::array<std::string_view, 7> kDayNames = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonthNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kSecondsPerDay = 86400;

struct CivilDate {
  std::int64_t year = 1970;
  std::int64_t month = 1;  // 1..12
  std::int64_t day = 1;    // 1..31
};

// Days since 1970-01-01 in the proleptic Gregorian calendar. Years begin in March, so that the leap
// day is the last day of its year (Howard Hinnant, "chrono-compatible low-level date algorithms").
std::int64_t days_from_civil(CivilDate date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

CivilDate civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

std::optional<std::int64_t> parse_month(std::string_view name) {
  const auto found = std::find(kMonthNames.begin(), kMonthNames.end(), name);
  if (found == kMonthNames.end()) return std::nullopt;
  return found - kMonthNames.begin() + 1;
}

std::optional<std::int64_t> parse_digits(std::string_view text, std::size_t digit_count) {
  if (text.size() != digit_count) return std::nullopt;
  const auto number = parse_whole_number(text);
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

// "hh:mm:ss" as seconds of the day; 60 seconds is a leap second, which Unix time folds away.
std::optional<std::int64_t> parse_time_of_day(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = parse_digits(text.substr(0, 2), 2);
  const auto minute = parse_digits(text.substr(3, 2), 2);
  const auto second = parse_digits(text.substr(6, 2), 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return *hour * 3600 + *minute * 60 + *second;
}

std::optional<std::int64_t> join(std::optional<std::int64_t> year,
                                 std::optional<std::int64_t> month, std::optional<std::int64_t> day,
                                 std::optional<std::int64_t> second_of_day) {
  if (!year || !month || !day || !second_of_day || *day < 1 || *day > 31) return std::nullopt;
  return days_from_civil({*year, *month, *day}) * kSecondsPerDay + *second_of_day;
}

// asctime pads a day below ten with a space, which split() shows as one more, empty piece.
std::optional<std::int64_t> parse_asctime(const std::vector<std::string_view>& words) {
  const bool padded = words.size() == 6 && words[2].empty();
  if (!padded && words.size() != 5) return std::nullopt;
  const std::size_t day_at = padded ? 3 : 2;
  return join(parse_digits(words[day_at + 2], 4), parse_month(words[1]),
              parse_digits(words[day_at], padded ? 1 : 2), parse_time_of_day(words[day_at + 1]));
}

std::optional<std::int64_t> parse_rfc850(const std::vector<std::string_view>& words,
                                         std::int64_t now_seconds) {
  const auto date = split(words[1], '-');
  if (date.size() != 3) return std::nullopt;
  auto year = parse_digits(date[2], 2);
  if (!year) return std::nullopt;
  const std::int64_t now_year = civil_from_days(now_seconds / kSecondsPerDay).year;
  *year += now_year - now_year % 100;
  if (*year > now_year + 50) *year -= 100;
  return join(year, parse_month(date[1]), parse_digits(date[0], 2), parse_time_of_day(words[2]));
}

}  // namespace

std::string format_http_date(std::int64_t unix_seconds) {
  constexpr std::int64_t kFirst = -62135596800;  // 0001-01-01T00:00:00Z
  constexpr std::int64_t kLast = 253402300799;   // 9999-12-31T23:59:59Z
  unix_seconds = std::clamp(unix_seconds, kFirst, kLast);
  const std::int64_t second_of_day =
      ((unix_seconds % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  const std::int64_t days = (unix_seconds - second_of_day) / kSecondsPerDay;
  const CivilDate date = civil_from_days(days);
  const auto weekday = static_cast<std::size_t>(((days + 4) % 7 + 7) % 7);  // Day 0 was a Thursday.

  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDayNames[weekday].data(), static_cast<int>(date.day),
                kMonthNames[static_cast<std::size_t>(date.month - 1)].data(),
                static_cast<int>(date.year), static_cast<int>(second_of_day / 3600),
                static_cast<int>(second_of_day / 60 % 60), static_cast<int>(second_of_day % 60));
  return text.data();
}

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_seconds) {
  const auto words = split(trim(text), ' ');
  const bool named_day = words[0].size() >= 4 && words[0].back() == ',';
  if (!named_day) return parse_asctime(words);
  if (words.size() == 6 && words[5] == "GMT") {
    return join(parse_digits(words[3], 4), parse_month(words[2]), parse_digits(words[1], 2),
                parse_time_of_day(words[4]));
  }
  if (words.size() == 4 && words[3] == "GMT") return parse_rfc850(words, now_seconds);
  return std::nullopt;
}

}  // namespace server
