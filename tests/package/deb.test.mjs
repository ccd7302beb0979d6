/**
 * The Debian package, made of what is built already: what is in it works, listens on this machine
 * alone and starts nothing. `make test-package`.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UNIT = 'lib/systemd/system/auralis-server.service';
/** Ten times what systemd-analyze shows, of 100: what it calls "OK". */
const EXPOSURE_MAX = 20;

const folder = mkdtempSync(path.join(tmpdir(), 'auralis-deb-'));
const unpacked = path.join(folder, 'unpacked');
const run = (program, ...words) => execFileSync(program, words, { cwd: ROOT, encoding: 'utf8' });
const inside = (name) => path.join(unpacked, name);
let archive = '';

before(() => {
  archive = path.resolve(ROOT, run('tools/package/make-deb.sh', path.join(folder, 'deb')).trim());
  run('dpkg-deb', '-x', archive, unpacked);
  run('dpkg-deb', '-e', archive, path.join(folder, 'control'));
});
after(() => rmSync(folder, { recursive: true }));

const field = (name) => run('dpkg-deb', '-f', archive, name).trim();
const unitLines = () => readFileSync(inside(UNIT), 'utf8').replaceAll('\\\n', ' ').split('\n');

test('it names its version, what it needs, and the files that are the administrator’s', () => {
  const [, version] = /^project\(auralis VERSION ([\d.]+) /m.exec(
    readFileSync(path.join(ROOT, 'CMakeLists.txt'), 'utf8'),
  );
  assert.equal(field('Version'), version);
  assert.equal(path.basename(archive), `auralis_${version}_${field('Architecture')}.deb`);
  for (const name of ['libc6', 'libsqlite3-0', 'libtag', 'zlib1g']) {
    assert.ok(field('Depends').includes(name), name);
  }
  const conffiles = readFileSync(path.join(folder, 'control/conffiles'), 'utf8');
  assert.deepEqual(conffiles.trim().split('\n'), [
    '/etc/default/auralis-server',
    '/etc/logrotate.d/auralis-server',
  ]);
  execFileSync('md5sum', ['-c', '--quiet', path.join(folder, 'control/md5sums')], {
    cwd: unpacked,
  });
  assert.match(run(inside('usr/bin/auralis-server'), '--version'), new RegExp(`${version}\n$`));
  assert.match(run(inside('usr/bin/auralis'), 'help'), /render/);
  for (const name of ['auralis', 'auralis-server']) {
    assert.equal(statSync(inside(`usr/bin/${name}`)).mode & 0o777, 0o755);
  }
});

test('the manual page says what --help says', () => {
  const page = run('gzip', '-dc', inside('usr/share/man/man8/auralis-server.8.gz'));
  const shown = page.replaceAll('\\-', '-').replaceAll('\\e', '\\').replaceAll('\\&', '');
  assert.ok(shown.includes(run(inside('usr/bin/auralis-server'), '--help')));
});

test('installing it starts nothing, and the service listens on this machine alone', () => {
  const script = readFileSync(path.join(folder, 'control/postinst'), 'utf8');
  const started = [...script.matchAll(/^(?!.*echo).*systemctl (start|enable|restart)\b.*$/gm)];
  assert.deepEqual(started, []);
  const settings = readFileSync(inside('etc/default/auralis-server'), 'utf8');
  assert.match(settings, /^MUSIC=$/m);
  assert.match(settings, /^OPTIONS=$/m);
  const command = unitLines().find((line) => line.startsWith('ExecStart='));
  assert.match(command, / --host 127\.0\.0\.1 /);
  const condition = unitLines().find((line) => line.startsWith('ExecCondition='));
  const [, text] = /^ExecCondition=\/bin\/sh -c '(.*)'$/.exec(condition);
  const statusOf = (MUSIC) => spawnSync('/bin/sh', ['-c', text], { env: { MUSIC } }).status;
  // As systemd.service(5) has it: from 1 to 254 the service is not started, and has not failed.
  assert.deepEqual([statusOf(''), statusOf('/srv/music')], [1, 0]);
});

test('a log that is moved away is left by a hangup, which a reload is', () => {
  const reload = unitLines().find((line) => line.startsWith('ExecReload='));
  assert.equal(reload, 'ExecReload=/bin/kill -HUP $MAINPID');
  const rotation = readFileSync(inside('etc/logrotate.d/auralis-server'), 'utf8');
  assert.match(rotation, /^\/var\/log\/auralis\/\*\.log \{$/m);
  assert.match(rotation, /^ {2}nocreate$/m);
  const [, script] = /^ {2}postrotate\n([^]*?) {2}endscript$/m.exec(rotation);
  // The words that systemctl is called with, which fails as it does without a running service.
  const stub = path.join(folder, 'systemctl');
  const calls = path.join(folder, 'rotated');
  writeFileSync(stub, `#!/bin/sh\necho "$*" >>'${calls}'\nexit 1\n`, { mode: 0o755 });
  execFileSync('/bin/sh', ['-e', '-c', script], { env: { PATH: folder } });
  assert.equal(readFileSync(calls, 'utf8'), 'reload auralis-server.service\n');
});

/** The words of ExecStart as systemd makes them, with the paths of the unpacked package. */
const wordsOfService = (music, data, options) => {
  const line = unitLines().find((text) => text.startsWith('ExecStart='));
  const words = line.slice('ExecStart='.length).split(/\s+/);
  return words.flatMap((word) => {
    if (word === '$OPTIONS') return options;
    if (word === '${MUSIC}') return [music];
    if (word === '/var/lib/auralis') return [data];
    return [word.startsWith('/usr/') ? inside(word) : word];
  });
};

const untilSaid = async (child, pattern) => {
  let said = '';
  for await (const text of child.stdout) {
    said += text;
    const found = pattern.exec(said);
    if (found) return found;
  }
  throw new Error(`it ended, and said: ${said}`);
};

test('the command of the service serves the page and the catalogue', async () => {
  const music = path.join(folder, 'music');
  mkdirSync(music);
  // 0.1 s of silence: RIFF, 16 bit, mono, 8 kHz.
  const wav = Buffer.alloc(44 + 1600);
  wav.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1');
  wav.writeUInt32LE(36 + 1600, 4);
  for (const [at, value] of [
    [16, 16],
    [24, 8000],
    [28, 16_000],
  ])
    wav.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ])
    wav.writeUInt16LE(value, at);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(1600, 40);
  writeFileSync(path.join(music, 'silence.wav'), wav);
  const [program, ...words] = wordsOfService(music, path.join(folder, 'data'), ['--port', '0']);
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [, origin] = await untilSaid(child, /listening on (http:\S+)[^]* tracks/);
    assert.match(origin, /^http:\/\/127\.0\.0\.1:\d+$/);
    const page = await (await fetch(origin)).text();
    assert.match(page, /<title>Auralis<\/title>/);
    const [, script] = /<script[^>]* src="([^"]+)"/.exec(page);
    assert.equal((await fetch(origin + script)).status, 200);
    const { tracks } = await (await fetch(`${origin}/api/library/tracks`)).json();
    assert.deepEqual(
      tracks.map(({ title }) => title),
      ['silence'],
    );
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('wrong options are not tried again', () => {
  const words = ['--music', folder, '--nonsense'];
  const { status } = spawnSync(inside('usr/bin/auralis-server'), words);
  assert.ok(unitLines().includes(`RestartPreventExitStatus=${status}`));
});

const hasAnalyzer = spawnSync('systemd-analyze', ['--version']).status === 0;
const skip = hasAnalyzer ? false : 'this machine has no systemd-analyze';

/** The unit in a folder of its own, as systemd-analyze takes it: it looks for the program, too. */
const unitIn = (name) => {
  const unit = path.join(folder, name, 'auralis-server.service');
  mkdirSync(path.dirname(unit));
  const text = readFileSync(inside(UNIT), 'utf8');
  writeFileSync(unit, text.replaceAll('=/usr/bin/', `=${inside('usr/bin/')}`));
  return unit;
};

test('the unit is valid, and its exposure small', { skip }, () => {
  const unit = unitIn('plain');
  run('systemd-analyze', 'verify', '--man=no', unit);
  const limit = `--threshold=${EXPOSURE_MAX}`;
  run('systemd-analyze', 'security', '--no-pager', '--offline=yes', limit, unit);
});

test('what README.Debian has one add to the unit is valid', { skip }, () => {
  const readme = readFileSync(inside('usr/share/doc/auralis/README.Debian'), 'utf8');
  const added = [...readme.matchAll(/^ {2}\[Service\]\n((?: {2}\S+\n)+)/gm)].map(
    ([, text]) => text,
  );
  const names = added.map((text) => text.trim().split('=')[0]);
  assert.deepEqual(names, ['SupplementaryGroups', 'BindReadOnlyPaths', 'LoadCredential']);
  const unit = unitIn('edited');
  mkdirSync(`${unit}.d`);
  const verify = (lines) => {
    writeFileSync(`${unit}.d/override.conf`, `[Service]\n${lines}`);
    const words = ['verify', '--man=no', unit];
    const { status, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
    return `${status} ${stderr}`;
  };
  // The group is one of the machine that is meant.
  const lines = added.map((text) => text.trim()).join('\n');
  assert.equal(verify(lines.replace('=music', '=root')), '0 ');
  assert.notEqual(verify(lines.replace('BindReadOnlyPaths', 'BindReadOnlyPath')), '0 ');
});
