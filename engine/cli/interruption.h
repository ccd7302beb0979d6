// Signals that end the program: they are noted, looked at between two steps, and obeyed once what
// was begun has been put away. A second one changes nothing (`timeout` sends two).
#pragma once

namespace engine::cli {

/// From now on the signals are noted by which users, shells, timers and limits of CPU time end a
/// program, unless they are ignored (nohup); a file size limit is an error of write(). Once, before
/// anything is opened.
void watch_for_interruption();

/// The signal that was noted first; 0: none.
int interruption();

/// Ends the program as the noted signal would have done by itself.
[[noreturn]] void end_by_interruption();

}  // namespace engine::cli
