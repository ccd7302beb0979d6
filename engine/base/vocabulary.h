// The one table of every name that leaves the engine: on the command line, in JSON, in chunk keys
// and in the messages to the page. tools/vocabulary/generate.mjs reads the rows and writes
// web/src/shared/vocabulary.ts from them; names are stable, words may change.
//
// A row is X(symbol, "name", ...). Rows are only ever added at the end of a table whose indices are
// part of keys (containers to stages).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// clang-format off

// Container: name, media type (RFC 6381, IANA), extensions that files of it have.
#define AURALIS_CONTAINERS(X) \
  X(kWav, "wav", "audio/wav", "wav wave") \
  X(kFlac, "flac", "audio/flac", "flac") \
  X(kMp3, "mp3", "audio/mpeg", "mp3")

#define AURALIS_CODECS(X) \
  X(kPcmInt, "pcm") \
  X(kPcmFloat, "pcm-float") \
  X(kFlac, "flac") \
  X(kMp3, "mp3")

#define AURALIS_PRESETS(X) \
  X(kAdaptive, "adaptive") \
  X(kGentle, "gentle") \
  X(kWarm, "warm") \
  X(kBright, "bright") \
  X(kPunchy, "punchy")

// What the loudness is brought to: it stays the track's own; the preset's target; the album's
// loudness comes to the target and the tracks keep their distances.
#define AURALIS_LEVELS(X) \
  X(kOff, "off") \
  X(kTrack, "track") \
  X(kAlbum, "album")

// For an honest comparison by ear: nothing; the enhanced track, no louder than the original; the
// original, no louder than the enhanced track would be.
#define AURALIS_COMPARES(X) \
  X(kOff, "off") \
  X(kEnhanced, "enhanced") \
  X(kOriginal, "original")

// Stages that tell what they did, and their member of StageGains.
#define AURALIS_STAGES(X) \
  X(kLow, "low", low_db) \
  X(kMid, "mid", mid_db) \
  X(kHigh, "high", high_db) \
  X(kDeess, "deess", deess_db) \
  X(kTransient, "transient", transient_db) \
  X(kClip, "clip", clip_db) \
  X(kLimiter, "limiter", limiter_db)

// Why a plan stays below its target: it does not; nothing lies above the absolute gate, the gain
// stays 0 dB; there is sound, but less than one gating block (0.4 s) of it, the gain stays 0 dB;
// kGainMaxDb; the limiter would have to reduce more than the preset allows; the highest
// peaks would lose more than the preset allows; an original is turned down only; the peaks of an
// original would lie above the ceiling.
#define AURALIS_GAIN_LIMITS(X) \
  X(kNone, "none") \
  X(kSilence, "silence") \
  X(kTooShort, "too-short") \
  X(kGainMax, "gain-max") \
  X(kLimiterCap, "limiter-cap") \
  X(kCrestCap, "crest-cap") \
  X(kDownOnly, "down-only") \
  X(kCeiling, "ceiling")

// What a caller can do about a failure: name, exit code of the program, words.
#define AURALIS_ERROR_CODES(X) \
  X(kUnsupportedFormat, "unsupported", 3, \
    "a container or codec that this build does not know: use another player") \
  X(kCorruptData, "corrupt", 3, "the source breaks its own specification") \
  X(kLimitExceeded, "limit", 3, \
    "a documented limit of channels, rate, tag size or memory would be passed") \
  X(kInvalidArgument, "argument", 2, "what was asked for cannot be: ask for something else")

// What exactly failed: code, name, words for a person.
#define AURALIS_ERROR_DETAILS(X) \
  X(kEmptyFile, kUnsupportedFormat, "empty-file", "the file is empty") \
  X(kNotAudio, kUnsupportedFormat, "not-audio", "not a WAV, FLAC or MP3 file") \
  X(kOgg, kUnsupportedFormat, "ogg", "Ogg files are not supported") \
  X(kMp4, kUnsupportedFormat, "mp4", "MP4 and M4A files are not supported") \
  X(kAiff, kUnsupportedFormat, "aiff", "AIFF files are not supported") \
  X(kCaf, kUnsupportedFormat, "caf", "CAF files are not supported") \
  X(kWavPack, kUnsupportedFormat, "wavpack", "WavPack files are not supported") \
  X(kMonkeysAudio, kUnsupportedFormat, "monkeys-audio", "Monkey's Audio files are not supported") \
  X(kDsd, kUnsupportedFormat, "dsd", "DSD files are not supported") \
  X(kMatroska, kUnsupportedFormat, "matroska", "Matroska and WebM files are not supported") \
  X(kWindowsMedia, kUnsupportedFormat, "windows-media", "Windows Media files are not supported") \
  X(kMpegLayer1, kUnsupportedFormat, "mpeg-layer-1", "MPEG layer I audio is not supported") \
  X(kMpegLayer2, kUnsupportedFormat, "mpeg-layer-2", \
    "MPEG layer II audio (MP2) is not supported") \
  X(kAdts, kUnsupportedFormat, "adts", "AAC files are not supported") \
  X(kMp3FreeFormat, kUnsupportedFormat, "mp3-free-format", \
    "MP3 files of free format are not supported") \
  X(kNoAudio, kCorruptData, "no-audio", "there is no audio in the file") \
  X(kMp3NoFrames, kUnsupportedFormat, "mp3-no-frames", "no MPEG layer III frames") \
  X(kFlacNoMarker, kUnsupportedFormat, "flac-no-marker", "not a FLAC file") \
  X(kFlacTruncatedHeader, kCorruptData, "flac-truncated-header", \
    "the FLAC file ends before its audio data") \
  X(kFlacNoStreamInfo, kCorruptData, "flac-no-streaminfo", "FLAC file without a usable header") \
  X(kFlacMetadata, kCorruptData, "flac-metadata", "FLAC file with damaged metadata") \
  X(kFlacBitDepth, kCorruptData, "flac-bit-depth", "FLAC header with an impossible bit depth") \
  X(kFlacNoFrames, kCorruptData, "flac-no-frames", "no audio found in the FLAC file") \
  X(kFlacDecoderHeader, kCorruptData, "flac-decoder-header", "FLAC header that cannot be used") \
  X(kSampleRate, kLimitExceeded, "sample-rate", "sample rate outside 8 to 384 kHz") \
  X(kChannels, kLimitExceeded, "channels", "more than 8 channels") \
  X(kWavNoMarker, kUnsupportedFormat, "wav-no-marker", "not a WAV file") \
  X(kWavTooShort, kUnsupportedFormat, "wav-too-short", "too short to be a WAV file") \
  X(kWavManyChunks, kLimitExceeded, "wav-many-chunks", "WAV file with too many chunks") \
  X(kWavNoData, kCorruptData, "wav-no-data", "the WAV file ends before its audio data") \
  X(kWavShortFormat, kCorruptData, "wav-short-format", "WAV header chunk is too short") \
  X(kWavEmptyFormat, kCorruptData, "wav-empty-format", "WAV header without channels or bits") \
  X(kWavShortExtensible, kCorruptData, "wav-short-extensible", \
    "extensible WAV header is too short") \
  X(kWavSubFormat, kUnsupportedFormat, "wav-sub-format", \
    "WAV with an unknown sub-format is not supported") \
  X(kWavDataFirst, kCorruptData, "wav-data-first", "WAV audio data before its format") \
  X(kWavSampleWidth, kUnsupportedFormat, "wav-sample-width", \
    "WAV with an unusual sample width is not supported") \
  X(kWavMsAdpcm, kUnsupportedFormat, "wav-ms-adpcm", \
    "WAV with Microsoft ADPCM audio is not supported") \
  X(kWavALaw, kUnsupportedFormat, "wav-a-law", "WAV with A-law audio is not supported") \
  X(kWavMuLaw, kUnsupportedFormat, "wav-mu-law", "WAV with mu-law audio is not supported") \
  X(kWavImaAdpcm, kUnsupportedFormat, "wav-ima-adpcm", \
    "WAV with IMA ADPCM audio is not supported") \
  X(kWavMpeg, kUnsupportedFormat, "wav-mpeg", "WAV with MPEG audio is not supported") \
  X(kWavWindowsMedia, kUnsupportedFormat, "wav-windows-media", \
    "WAV with Windows Media audio is not supported") \
  X(kWavDts, kUnsupportedFormat, "wav-dts", "the WAV file holds DTS, not PCM") \
  X(kWavAc3, kUnsupportedFormat, "wav-ac3", "the WAV file holds Dolby Digital (AC-3), not PCM") \
  X(kWavBitstream, kUnsupportedFormat, "wav-bitstream", \
    "the WAV file holds a compressed bit stream (IEC 61937), not PCM") \
  X(kWavCompressed, kUnsupportedFormat, "wav-compressed", \
    "WAV with a compressed audio format is not supported") \
  X(kPcmSampleWidth, kUnsupportedFormat, "pcm-sample-width", "PCM of an unusual sample width") \
  X(kMp3Channels, kUnsupportedFormat, "mp3-channels", "MP3 with more than two channels") \
  X(kMostlyUndecodable, kCorruptData, "mostly-undecodable", \
    "more than a tenth of the track cannot be decoded") \
  X(kEndsBeforeStart, kCorruptData, "ends-before-start", "the source ends before the start") \
  X(kNoMemory, kLimitExceeded, "no-memory", "there is not enough memory for the decoder") \
  X(kProfileVersion, kUnsupportedFormat, "profile-version", "profile of an unknown version") \
  X(kProfileSyntax, kCorruptData, "profile-syntax", "profile that is no flat JSON object") \
  X(kProfileMember, kCorruptData, "profile-member", \
    "profile with a member that is missing, unknown or out of range") \
  X(kUnknownCodec, kInvalidArgument, "unknown-codec", "unknown codec") \
  X(kSizeUnknown, kInvalidArgument, "size-unknown", "the size of the source is not known yet") \
  X(kSizeRepeated, kInvalidArgument, "size-repeated", "the size of the source was told already") \
  X(kBytesPastEnd, kInvalidArgument, "bytes-past-end", "bytes past the end of the source") \
  X(kChunkIndex, kInvalidArgument, "chunk-index", "chunk index out of range") \
  X(kIntensity, kInvalidArgument, "intensity", "intensity outside 0 to 100 percent") \
  X(kAlbumLoudness, kInvalidArgument, "album-loudness", "album loudness outside -70 to 5 LUFS") \
  X(kSettingIndex, kInvalidArgument, "setting-index", "unknown preset, level or compare") \
  X(kProbeBudget, kInvalidArgument, "probe-budget", "fewer than no probes") \
  X(kTakeOverFrame, kInvalidArgument, "take-over-frame", "the place lies before the track") \
  X(kProfileMissing, kInvalidArgument, "profile-missing", "the track is not measured yet") \
  X(kStartPastEnd, kInvalidArgument, "start-past-end", \
    "the start lies past the end of the track") \
  X(kNothingToRender, kInvalidArgument, "nothing-to-render", "there is nothing to render")

// What a listener should know of a track that plays: name, words for a person.
#define AURALIS_TRACK_WARNINGS(X) \
  X(kLengthCorrected, "length-corrected", \
    "the header tells another length than the audio has; the audio counts") \
  X(kFormatCorrected, "format-corrected", \
    "the header tells another format than the audio has; the audio counts") \
  X(kEndsEarly, "ends-early", "the file ends before its audio does") \
  X(kUndecodableAudio, "undecodable-audio", "damaged places are replaced by silence") \
  X(kAudioLeftOut, "audio-left-out", \
    "audio of another format, or behind the end that the header tells, is left out") \
  X(kJunkSkipped, "junk-skipped", "bytes that are no audio are skipped")

// NOLINTBEGIN(bugprone-macro-parentheses): names of declarations cannot stand in parentheses.
#define AURALIS_VOCABULARY_MEMBER(symbol, ...) symbol,
#define AURALIS_VOCABULARY_NAME(symbol, name, ...) std::string_view(name),
#define AURALIS_VOCABULARY_COUNT(...) +1
// The enum Type, its kNames in the order of its members, and kCount of them.
#define AURALIS_VOCABULARY(Type, kNames, kCount, TABLE) \
  enum class Type : std::uint8_t { TABLE(AURALIS_VOCABULARY_MEMBER) }; \
  inline constexpr int kCount = 0 TABLE(AURALIS_VOCABULARY_COUNT); \
  inline constexpr std::array<std::string_view, kCount> kNames = {TABLE(AURALIS_VOCABULARY_NAME)}; \
  constexpr std::string_view name_of(Type value) { \
    return kNames[static_cast<std::size_t>(value)]; \
  }
// NOLINTEND(bugprone-macro-parentheses)

namespace engine {

AURALIS_VOCABULARY(Container, kContainerNames, kContainerCount, AURALIS_CONTAINERS)
AURALIS_VOCABULARY(Codec, kCodecNames, kCodecCount, AURALIS_CODECS)
AURALIS_VOCABULARY(Preset, kPresetNames, kPresetCount, AURALIS_PRESETS)
AURALIS_VOCABULARY(Level, kLevelNames, kLevelCount, AURALIS_LEVELS)
AURALIS_VOCABULARY(Compare, kCompareNames, kCompareCount, AURALIS_COMPARES)
AURALIS_VOCABULARY(Stage, kStageNames, kStageCount, AURALIS_STAGES)
AURALIS_VOCABULARY(GainLimit, kGainLimitNames, kGainLimitCount, AURALIS_GAIN_LIMITS)
AURALIS_VOCABULARY(ErrorCode, kErrorCodeNames, kErrorCodeCount, AURALIS_ERROR_CODES)
AURALIS_VOCABULARY(TrackWarning, kTrackWarningNames, kTrackWarningCount, AURALIS_TRACK_WARNINGS)

enum class ErrorDetail : std::uint8_t { AURALIS_ERROR_DETAILS(AURALIS_VOCABULARY_MEMBER) };

// clang-format on

/// One row of AURALIS_ERROR_DETAILS.
struct ErrorFacts {
  ErrorCode code{};
  std::string_view name;   // Stable.
  const char* words = "";  // English, one line; never data from the source.
};

#define AURALIS_ERROR_FACTS(symbol, code, name, words) ErrorFacts{ErrorCode::code, name, words},
inline constexpr std::array kErrorFacts = {AURALIS_ERROR_DETAILS(AURALIS_ERROR_FACTS)};
#undef AURALIS_ERROR_FACTS

constexpr const ErrorFacts& facts_of(ErrorDetail detail) {
  return kErrorFacts[static_cast<std::size_t>(detail)];
}

/// One row of AURALIS_ERROR_CODES.
struct ErrorCodeFacts {
  std::string_view name;
  int exit_code = 0;  // Of the command line program.
};

#define AURALIS_ERROR_CODE_FACTS(symbol, name, exit_code, words) ErrorCodeFacts{name, exit_code},
inline constexpr std::array<ErrorCodeFacts, kErrorCodeCount> kErrorCodeFacts = {
    AURALIS_ERROR_CODES(AURALIS_ERROR_CODE_FACTS)};
#undef AURALIS_ERROR_CODE_FACTS

constexpr const ErrorCodeFacts& facts_of(ErrorCode code) {
  return kErrorCodeFacts[static_cast<std::size_t>(code)];
}

#define AURALIS_WARNING_WORDS(symbol, name, words) words,
inline constexpr std::array<const char*, kTrackWarningCount> kTrackWarningWords = {
    AURALIS_TRACK_WARNINGS(AURALIS_WARNING_WORDS)};
#undef AURALIS_WARNING_WORDS

/// English, one sentence without its full stop.
constexpr const char* words_of(TrackWarning warning) {
  return kTrackWarningWords[static_cast<std::size_t>(warning)];
}

struct ContainerFacts {
  std::string_view media_type;
  std::string_view extensions;  // In lower case, separated by spaces; the usual one first.
};

#define AURALIS_CONTAINER_FACTS(symbol, name, media_type, extensions) \
  ContainerFacts{media_type, extensions},
inline constexpr std::array<ContainerFacts, kContainerCount> kContainerFacts = {
    AURALIS_CONTAINERS(AURALIS_CONTAINER_FACTS)};
#undef AURALIS_CONTAINER_FACTS

constexpr const ContainerFacts& facts_of(Container container) {
  return kContainerFacts[static_cast<std::size_t>(container)];
}

}  // namespace engine

#undef AURALIS_VOCABULARY
#undef AURALIS_VOCABULARY_COUNT
#undef AURALIS_VOCABULARY_NAME
#undef AURALIS_VOCABULARY_MEMBER
