// boost/asio/awaitable.hpp of Boost 1.74 uses std::exchange without including <utility>, which GCC
// 12 does not forgive. Include this header instead.
#pragma once

// clang-format off: the order is the point.
#include <boost/asio/awaitable.hpp>
#include <utility>
// clang-format on
