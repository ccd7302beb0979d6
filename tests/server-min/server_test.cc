#include "server-min/server.h"

#include <csignal>

#include <gtest/gtest.h>

#include "server-min/library.h"
#include "server-min/routes.h"
#include "server-min/static_files.h"
#include "tests/server-min/support/temp_folder.h"

namespace server {
namespace {

TEST(ServerTest, ASecondSignalEndsTheProcess) {
  TempFolder folder;
  Library library(folder.path(), Catalog::in_memory());
  const StaticFiles files(FileRoot::open(folder.path()));
  const Routes routes(library, files, PublicNames());
  Server server(routes, ServerConfig());
  server.stop_on_signals();
  std::raise(SIGTERM);
  server.run();
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction now = {};
    ASSERT_EQ(::sigaction(signal, nullptr, &now), 0);
    EXPECT_EQ(now.sa_handler, SIG_DFL) << signal;
  }
}

}  // namespace
}  // namespace server
