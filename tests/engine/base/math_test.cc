#include "engine/base/math.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "engine/base/simd.h"

namespace engine {
namespace {

constexpr double kTolerance = 1e-15;

double relative_error(double value, long double exact) {
  return static_cast<double>(std::fabs((static_cast<long double>(value) - exact) / exact));
}

TEST(MathTest, SineAndCosineStayWithinOneInTenToTheFifteenth) {
  for (int i = -20000; i <= 20000; ++i) {
    const double x = i * 0.00731;
    ASSERT_NEAR(math::sin(x), static_cast<double>(sinl(static_cast<long double>(x))), kTolerance);
    ASSERT_NEAR(math::cos(x), static_cast<double>(cosl(static_cast<long double>(x))), kTolerance);
  }
  for (const double x : {1e4, 1e5, 999999.25, -1e6}) {
    ASSERT_NEAR(math::sin(x), static_cast<double>(sinl(static_cast<long double>(x))), kTolerance);
  }
}

TEST(MathTest, HalfTurnsAreExactAtTheirZeros) {
  for (int i = -9; i <= 9; ++i) {
    EXPECT_EQ(math::sin_pi(i), 0.0);
    EXPECT_EQ(math::cos_pi(i + 0.5), 0.0);
    EXPECT_EQ(math::cos_pi(i), i % 2 == 0 ? 1.0 : -1.0);
  }
  constexpr long double kPi = 3.141592653589793238462643383279502884L;
  for (int i = -4000; i <= 4000; ++i) {
    const double x = i * 0.00037;
    ASSERT_NEAR(math::sin_pi(x), static_cast<double>(sinl(kPi * static_cast<long double>(x))),
                kTolerance);
    ASSERT_NEAR(math::cos_pi(x), static_cast<double>(cosl(kPi * static_cast<long double>(x))),
                kTolerance);
  }
}

TEST(MathTest, ExponentialsStayWithinOneInTenToTheFifteenth) {
  for (int i = -30000; i <= 30000; ++i) {
    const double x = i * 0.01003;
    const auto exact = static_cast<long double>(x);
    ASSERT_LE(relative_error(math::exp2(x), exp2l(exact)), kTolerance) << x;
    ASSERT_LE(relative_error(math::exp(x), expl(exact)), kTolerance) << x;
    ASSERT_LE(relative_error(math::exp10(x), powl(10.0L, exact)), kTolerance) << x;
  }
}

TEST(MathTest, ExponentialsKeepTheirLimits) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(math::exp2(0), 1.0);
  EXPECT_EQ(math::exp(0), 1.0);
  EXPECT_EQ(math::exp10(0), 1.0);
  EXPECT_EQ(math::exp2(10), 1024.0);
  EXPECT_EQ(math::exp2(-1074), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(math::exp2(1024), kInfinity);
  EXPECT_EQ(math::exp(711), kInfinity);
  EXPECT_EQ(math::exp(-kInfinity), 0.0);
  EXPECT_EQ(math::exp10(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(math::exp(std::nan(""))));
  EXPECT_LE(relative_error(math::exp2(1023.9), exp2l(1023.9L + 0.0L)), 1e-12);
}

TEST(MathTest, LogarithmsStayWithinOneInTenToTheFifteenth) {
  for (int i = -30000; i <= 30000; ++i) {
    const double x = std::exp2(i * 0.01003);
    if (std::fabs(x - 1) < 1e-12) continue;
    const auto exact = static_cast<long double>(x);
    ASSERT_LE(relative_error(math::log(x), logl(exact)), kTolerance) << x;
    ASSERT_LE(relative_error(math::log2(x), log2l(exact)), kTolerance) << x;
    ASSERT_LE(relative_error(math::log10(x), log10l(exact)), kTolerance) << x;
  }
}

TEST(MathTest, LogarithmsKeepTheirLimits) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(math::log(1), 0.0);
  EXPECT_EQ(math::log2(1024), 10.0);
  EXPECT_EQ(math::log2(0), -kInfinity);
  EXPECT_EQ(math::log10(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(math::log(-1)));
  EXPECT_TRUE(std::isnan(math::log2(std::nan(""))));
  EXPECT_EQ(math::log2(std::numeric_limits<double>::denorm_min()), -1074.0);
}

TEST(MathTest, PowerAndBesselFollowTheirDefinitions) {
  EXPECT_LE(relative_error(math::pow(3.7, 12.25), powl(3.7, 12.25L)), 1e-13);
  EXPECT_EQ(math::bessel_i0(0), 1.0);
  // Abramowitz and Stegun, table 9.8 (e^-x I0(x)).
  EXPECT_NEAR(math::bessel_i0(1), 1.2660658777520084, 1e-14);
  EXPECT_NEAR(math::bessel_i0(10) / 2815.716628466254, 1.0, 1e-14);
  EXPECT_NEAR(math::bessel_i0(30) / 781672297823.9775, 1.0, 1e-14);
}

TEST(MathTest, DecibelsAndGainsAreInverse) {
  EXPECT_EQ(math::gain_from_db(0), 1.0);
  EXPECT_NEAR(math::gain_from_db(-6.0206), 0.5, 1e-6);
  EXPECT_EQ(math::db_from_gain(0), -std::numeric_limits<double>::infinity());
  for (double db = -120; db <= 40; db += 0.37) {
    EXPECT_NEAR(math::db_from_gain(math::gain_from_db(db)), db, 1e-12);
  }
}

TEST(MathTest, FastExponentialKeepsItsBoundAndIsOneAtZero) {
  EXPECT_EQ(math::exp2_fast(0.0f), 1.0f);
  EXPECT_EQ(math::exp2_fast(-0.0f), 1.0f);
  EXPECT_EQ(math::exp2_fast(1.0f), 2.0f);
  double worst = 0;
  for (int i = -1200000; i <= 1200000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    const double error =
        relative_error(static_cast<double>(math::exp2_fast(x)), exp2l(static_cast<long double>(x)));
    worst = std::max(worst, error);
  }
  EXPECT_LE(worst, 4e-7);
}

TEST(MathTest, LanesGiveTheBitsOfScalars) {
  for (int i = 0; i < 4000; ++i) {
    const float x = -30.0f + 0.01f * static_cast<float>(i);
    const F32x4 lanes = exp2_fast4(F32x4{x, x * 0.5f, 0.0f, -x});
    EXPECT_EQ(lanes[0], math::exp2_fast(x));
    EXPECT_EQ(lanes[1], math::exp2_fast(x * 0.5f));
    EXPECT_EQ(lanes[2], 1.0f);
    EXPECT_EQ(lanes[3], math::exp2_fast(-x));
  }
  EXPECT_EQ(sum4(F32x4{1, 2, 3, 4}), 10.0f);
  EXPECT_EQ(max_lane(F32x4{1, 7, 3, 4}), 7.0f);
  EXPECT_EQ(max_lane(abs4(F32x4{-9, 7, 3, 4})), 9.0f);
}

}  // namespace
}  // namespace engine
