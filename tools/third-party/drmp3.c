// The one place that compiles miniaudio's implementation: for its MP3 frame decoder alone. All other
// functions are static, so that the compiler drops them unseen; that saves half a minute. (In the
// copy that CMakeLists.txt makes, the two that are used are `extern`.)
#include "drmp3_config.h"
#define MA_API static
#define MINIAUDIO_IMPLEMENTATION
#include "miniaudio.h"
