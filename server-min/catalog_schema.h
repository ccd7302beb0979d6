// The tables of the catalog, see catalog.h.
#pragma once

#include <cstdint>

namespace server {

/// Raised with every change of the tables, and of what words_for_index() and natural_key() make:
/// a file of another number is made anew.
inline constexpr std::int64_t kCatalogSchema = 2;

/// Lists of names (artists, genres) are one text each, with kNameSeparator between them.
inline constexpr char kNameSeparator = '\x1F';

inline constexpr const char* kCatalogTables = R"sql(
CREATE TABLE state(
  instance INTEGER NOT NULL,
  generation INTEGER NOT NULL DEFAULT 1,
  track_count INTEGER NOT NULL DEFAULT 0,
  scanned_s INTEGER NOT NULL DEFAULT 0);

CREATE TABLE folder(
  key INTEGER PRIMARY KEY,
  id INTEGER NOT NULL UNIQUE,
  parent INTEGER,
  path BLOB NOT NULL UNIQUE,
  shelf BLOB NOT NULL,
  track_count INTEGER NOT NULL DEFAULT 0,
  below_count INTEGER NOT NULL DEFAULT 0);
CREATE INDEX folder_parent ON folder(parent, shelf);

CREATE TABLE track(
  key INTEGER PRIMARY KEY,
  id INTEGER NOT NULL UNIQUE,
  folder INTEGER NOT NULL,
  name BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  content INTEGER,
  away_s INTEGER,
  added_s INTEGER NOT NULL,
  root INTEGER NOT NULL,
  shelf BLOB NOT NULL,
  title_key BLOB NOT NULL,
  artist_key BLOB,
  album_key BLOB,
  album INTEGER,
  format INTEGER NOT NULL,
  title TEXT NOT NULL,
  artists TEXT NOT NULL,
  album_name TEXT,
  album_artists TEXT NOT NULL,
  genres TEXT NOT NULL,
  year INTEGER,
  track_number INTEGER,
  disc_number INTEGER,
  duration_ms INTEGER,
  sample_rate_hz INTEGER,
  channels INTEGER,
  bitrate_kbps INTEGER,
  has_artwork INTEGER NOT NULL,
  is_compilation INTEGER NOT NULL,
  has_lyrics INTEGER NOT NULL,
  replaygain TEXT,
  musicbrainz TEXT,
  UNIQUE(folder, name));
CREATE INDEX track_shelf ON track(shelf) WHERE away_s IS NULL;
CREATE INDEX track_content ON track(content, away_s);
CREATE INDEX track_away ON track(away_s) WHERE away_s IS NOT NULL;

CREATE TABLE grouping(
  key INTEGER PRIMARY KEY,
  id INTEGER NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  artist TEXT,
  name_key BLOB NOT NULL,
  shelf BLOB NOT NULL);
CREATE INDEX grouping_shelf ON grouping(kind, shelf);

CREATE TABLE member(
  grouping INTEGER NOT NULL,
  track INTEGER NOT NULL,
  PRIMARY KEY(grouping, track)) WITHOUT ROWID;
CREATE INDEX member_track ON member(track);

CREATE TABLE playlist(
  id INTEGER PRIMARY KEY,
  path BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  shelf BLOB NOT NULL);

CREATE TABLE skipped(path BLOB NOT NULL, reason INTEGER NOT NULL);

CREATE VIRTUAL TABLE track_words USING fts5(words, columnsize=0, prefix='1 2 3',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");
CREATE VIRTUAL TABLE grouping_words USING fts5(words, columnsize=0, prefix='1 2 3',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");
)sql";

}  // namespace server
