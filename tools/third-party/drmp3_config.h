// Switches miniaudio down to its MP3 frame decoder (dr_mp3, public domain).
//
// drmp3.c compiles the implementation with these, and the generated <drmp3.h>, which starts with
// this text, shows the same declarations to its includers: include <drmp3.h>, define nothing.
// ma_dr_mp3dec_decode_frame() writes 32-bit floats, interleaved, full scale = 1.0, to its `pcm`.
#ifndef AURALIS_DRMP3_CONFIG
#define AURALIS_DRMP3_CONFIG
#define MA_NO_DEVICE_IO
#define MA_NO_THREADING
#define MA_NO_ENCODING
#define MA_NO_GENERATION
#define MA_NO_ENGINE
#define MA_NO_NODE_GRAPH
#define MA_NO_RESOURCE_MANAGER
#define MA_NO_RUNTIME_LINKING
#define MA_NO_STDIO
#define MA_NO_WAV
#define MA_NO_FLAC
#define MA_NO_SSE2
#define MA_NO_AVX2
#define MA_NO_NEON
#define MA_DR_MP3_NO_STDIO
#define MA_DR_MP3_NO_SIMD
#define MA_DR_MP3_FLOAT_OUTPUT
#endif
