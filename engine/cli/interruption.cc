#include "engine/cli/interruption.h"

#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace engine::cli {
namespace {

volatile std::sig_atomic_t noted_signal = 0;  // All that a handler may touch.

void note(int signal_number) {
  if (noted_signal == 0) noted_signal = signal_number;
}

}  // namespace

void watch_for_interruption() {
  for (const int signal_number :
       {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGALRM, SIGXCPU, SIGVTALRM, SIGUSR1, SIGUSR2}) {
    struct sigaction before {};
    sigaction(signal_number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;
    struct sigaction wanted {};
    wanted.sa_handler = note;  // Without SA_RESTART: a blocked read or write comes back.
    sigemptyset(&wanted.sa_mask);
    sigaction(signal_number, &wanted, nullptr);
  }
  std::signal(SIGXFSZ, SIG_IGN);
}

int interruption() {
  return noted_signal;
}

void end_by_interruption() {
  const int signal_number = noted_signal;
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
  std::_Exit(128 + signal_number);
}

}  // namespace engine::cli
