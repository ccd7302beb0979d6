// The one place that compiles miniaudio's implementation: for its MP3 frame decoder alone.
#include "drmp3_config.h"
#define MINIAUDIO_IMPLEMENTATION
#include "miniaudio.h"
