/**
 * Who may use whom: the rooms of ARCHITECTURE.md for C++ includes and TypeScript imports, the one
 * file of each third-party header, and the test that stands beside each unit of the engine.
 */
import path from 'node:path';

/** Folders a room may include, besides itself. ARCHITECTURE.md, "Rooms". */
const ROOMS = new Map([
  ['engine/base', []],
  ['engine/demux', ['engine/base']],
  ['engine/decode', ['engine/base']],
  ['engine/dsp', ['engine/base']],
  ['engine/enhance', ['engine/base', 'engine/dsp']],
  ['engine/encode', ['engine/base']],
  ['engine/mux', ['engine/base']],
  [
    'engine/session',
    'base demux decode dsp enhance encode mux'.split(' ').map((room) => `engine/${room}`),
  ],
  // The session's options and events show types of these rooms.
  ['engine/cli', 'base enhance encode session'.split(' ').map((room) => `engine/${room}`)],
  ['wasm-bindings', 'base enhance encode session'.split(' ').map((room) => `engine/${room}`)],
  ['server-min', ['engine/base', 'engine/demux']],
]);

const PAGE_ROOMS = new Map([
  ['shared', []],
  ['net', ['shared']],
  // The types of the module that the worker loads.
  ['engine', ['net', 'originals', 'shared', 'store', 'wasm-bindings']],
  // Keeps what the engine makes, in the words of its protocol.
  ['store', ['engine', 'net', 'shared']],
  ['player', ['engine', 'shared']],
  ['originals', ['net', 'shared']],
  // The types of the player's tracks.
  ['lists', ['player', 'shared']],
  ['sw', ['originals', 'shared']],
  // The service worker's second script.
  ['chunks', ['engine', 'net', 'shared', 'store']],
  ['app', ['lists', 'originals', 'player', 'engine', 'shared']],
]);

const THIRD_PARTY = [
  [/^opus\//, ['engine/encode/opus_encoder.cc']],
  [/^kissfft\//, ['engine/dsp/fft.cc']],
  [/^mkvmuxer\//, ['engine/mux/webm_muxer.cc']],
  [/^FLAC\//, ['engine/decode/flac_decoder.cc']],
  [/^drmp3\.h$/, ['engine/decode/mp3_decoder.cc']],
  [/^emscripten\//, ['wasm-bindings/session_bindings.cc']],
  [
    /^(taglib\/|t(file|filestream|propertymap|bytevector|string)\w*\.h$|(flac|mpeg|wav)file\.h$)/,
    ['server-min/track_tags.cc'],
  ],
  [/^(id3v2\w*|flacpicture|attachedpictureframe)\.h$/, ['server-min/track_tags.cc']],
  [/^sqlite3\.h$/, ['server-min/sqlite.cc']],
  [/^zlib\.h$/, ['server-min/gzip.cc']],
  // One HTTP connection and the loop around it.
  [
    /^boost\//,
    'asio_awaitable.h connection.cc connection.h connection_send.cc request_reader.cc server.cc'
      .concat(' server.h')
      .split(' ')
      .map((name) => `server-min/${name}`),
  ],
];

/** Units without a test beside them, and the test that runs them. */
const TESTED_BY = [
  // The program's files are run as a program, with real files and pipes.
  [/^engine\/cli\/(main|\w+_commands?|command_support)\.cc$/, 'tests/engine/cli/program_test.cc'],
  [/^engine\/cli\/(\w+_file|file_driver)\.cc$/, 'tests/engine/cli/program_test.cc'],
  [
    /^engine\/cli\/(joined_tracks|render_outputs|wav_output)\.cc$/,
    'tests/engine/cli/join_program_test.cc',
  ],
  // Its packets are listened to at every join.
  [/^engine\/session\/chunk_renderer\.cc$/, 'tests/engine/session/seam_test.cc'],
];

const roomOf = (file) => {
  const parts = file.split('/');
  return parts[0] === 'engine' ? parts.slice(0, 2).join('/') : parts[0];
};

function thirdParty(file, header) {
  const rule = THIRD_PARTY.find(([pattern]) => pattern.test(header));
  if (rule !== undefined) {
    return rule[1].includes(file.path) ? null : `<${header}>, use ${rule[1][0]}, its one user`;
  }
  const pure = /^engine\/(?!cli\/)|^wasm-bindings\//.test(file.path);
  if (pure && /[./]/.test(header)) return `<${header}>, use the C++ library: nothing else is here`;
  if (pure && /^(iostream|fstream|cstdio|thread|mutex|chrono|random|filesystem)$/.test(header)) {
    return `<${header}>, use values: the engine has no files, threads, clocks or chance`;
  }
  return null;
}

function* includes(file, exists) {
  const room = roomOf(file.path);
  const allowed = ROOMS.get(room);
  if (allowed === undefined && room !== 'tests') return;
  for (const [index, text] of file.lines.entries()) {
    const line = index + 1;
    const [, angled, quoted] = /^\s*#\s*include\s*(?:<(.+)>|"(.+)")/.exec(text) ?? [];
    if (angled !== undefined && allowed !== undefined) {
      const message = thirdParty(file, angled);
      if (message !== null) yield { line, message };
    }
    if (quoted === undefined) continue;
    const target = roomOf(quoted);
    if (!exists(quoted)) {
      yield { line, message: `"${quoted}", use a path from the root of the repository` };
    } else if (allowed !== undefined && target !== room && !allowed.includes(target)) {
      const rooms = [room, ...allowed].join(', ');
      yield { line, message: `${room} includes ${target}, use ${rooms} only` };
    }
  }
}

function* imports(file) {
  const room = /^web\/src\/(\w+)\//.exec(file.path)?.[1];
  if (room === undefined) return;
  for (const [index, text] of file.lines.entries()) {
    const target = /\b(?:from|import)\s*\(?\s*'(\.[^']*)'/.exec(text)?.[1];
    if (target === undefined) continue;
    const place = path.posix.join(path.posix.dirname(file.path), target);
    const other = (/^web\/src\/(\w+)\//.exec(place) ?? /^([\w-]+)\//.exec(place))?.[1];
    const allowed = [room, ...(PAGE_ROOMS.get(room) ?? [])];
    if (other === undefined || !allowed.includes(other)) {
      const message = `${room} imports ${other ?? place}, use ${allowed.join(', ')} only`;
      yield { line: index + 1, message };
    }
  }
}

function* units(file, exists) {
  const unit = /^(engine\/.*)\.cc$/.exec(file.path)?.[1];
  if (unit === undefined) return;
  const test =
    TESTED_BY.find(([pattern]) => pattern.test(file.path))?.[1] ?? `tests/${unit}_test.cc`;
  if (!exists(test)) yield { line: 1, message: `a unit without test, use ${test}` };
}

function* documented(file, exists) {
  if (file.path !== 'ARCHITECTURE.md') return;
  const table = file.lines.flatMap((text, index) => {
    const cell = /^\| ((?:[a-z-]+(?:\/[a-z-]+)*(?:, )?)+) \|/.exec(text)?.[1];
    return cell === undefined || cell === 'folder' ? [] : [{ line: index + 1, cell }];
  });
  const rooms = table.flatMap(({ cell }) => cell.split(', '));
  for (const { line, cell } of table) {
    for (const room of cell.split(', ')) {
      if (!exists(room)) yield { line, message: `the room ${room}, use one that is there` };
    }
  }
  for (const room of ROOMS.keys()) {
    if (exists(room) && !rooms.includes(room)) {
      yield { line: 1, message: `no row for ${room}, use the table of rooms` };
    }
  }
}

/** All findings about what `file` uses; `exists(path)` knows the tree's files and folders. */
export function* roomFindings(file, exists) {
  if (/\.(cc|h)$/.test(file.path)) {
    yield* includes(file, exists);
    yield* units(file, exists);
  }
  if (/\.tsx?$/.test(file.path)) yield* imports(file);
  yield* documented(file, exists);
}
