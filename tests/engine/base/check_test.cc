#include "engine/base/check.h"

#include <cstdio>

#include <gtest/gtest.h>

namespace engine {
namespace {

TEST(CheckTest, ATrueConditionIsEvaluatedOnceAndPasses) {
  int count = 0;
  ENGINE_CHECK(++count == 1);
  EXPECT_EQ(count, 1);
}

TEST(CheckDeathTest, AFalseConditionEndsTheProgramWithoutAHook) {
  EXPECT_DEATH(ENGINE_CHECK(1 + 1 == 3), "");
}

TEST(CheckDeathTest, TheHookHearsTheConditionAndItsPlaceBeforeTheEnd) {
  const auto fail_with_hook = [] {
    set_check_failure_hook([](const char* expression, const char* file, int line) {
      std::fprintf(stderr, "<%s> at %s:%d\n", expression, file, line);
    });
    ENGINE_CHECK(1 + 1 == 3);
  };
  EXPECT_DEATH(fail_with_hook(), "<1 \\+ 1 == 3> at .*check_test\\.cc:[0-9]+");
}

}  // namespace
}  // namespace engine
