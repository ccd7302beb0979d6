/**
 * dpkg installs the package, once more, removes and purges it, in a root of its own, where a
 * `systemctl` writes down what it is called with: `make test-package`.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SETTINGS = 'etc/default/auralis-server';
const ROTATION = 'etc/logrotate.d/auralis-server';
const WANTS = 'etc/systemd/system/multi-user.target.wants/auralis-server.service';
const STATE = 'var/lib/private/auralis/catalog.db';
const LOG = 'var/log/private/auralis/access.log';
/** dpkg looks for ldconfig and start-stop-daemon there. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** dpkg wants to be root and to chroot; where we are not, a user namespace makes us so. */
const asRoot = process.getuid() === 0 ? [] : ['unshare', '--user', '--map-root-user'];
const canBeRoot =
  asRoot.length === 0 || spawnSync(asRoot[0], [...asRoot.slice(1), 'true']).status === 0;
const options = { skip: canBeRoot ? false : 'this needs root, or user namespaces' };

const folder = mkdtempSync(path.join(tmpdir(), 'auralis-install-'));
let archive = '';
let root = '';

before(() => {
  const words = [path.join(folder, 'deb')];
  const printed = execFileSync('tools/package/make-deb.sh', words, { cwd: ROOT, encoding: 'utf8' });
  archive = path.resolve(ROOT, printed.trim());
});
after(() => rmSync(folder, { recursive: true }));

const inside = (name) => path.join(root, name);
const put = (name, text, mode = 0o644) => {
  mkdirSync(path.dirname(inside(name)), { recursive: true });
  writeFileSync(inside(name), text, { mode });
};

/** The program with the libraries that it needs, where it looks for them. */
const putProgram = (program) => {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  const libraries = [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].map(([, name]) => name);
  for (const name of [program, ...libraries]) {
    mkdirSync(path.dirname(inside(name)), { recursive: true });
    copyFileSync(name, inside(name));
    chmodSync(inside(name), 0o755);
  }
};

beforeEach(() => {
  root = mkdtempSync(path.join(folder, 'root-'));
  putProgram('/bin/sh');
  putProgram('/bin/rm');
  for (const name of ['info', 'updates', 'triggers']) {
    mkdirSync(inside(`var/lib/dpkg/${name}`), { recursive: true });
  }
  put('var/lib/dpkg/status', '');
  put('srv/music/a.flac', 'music');
});
afterEach(() => rmSync(root, { recursive: true }));

/** A machine that systemd runs, whose `systemctl` ends with `status`. */
const putSystemd = (status) => {
  mkdirSync(inside('run/systemd/system'), { recursive: true });
  put('usr/bin/systemctl', `#!/bin/sh\necho "$*" >>/calls\nexit ${status}\n`, 0o755);
};

/** What `systemctl` was called with since the last time. */
const takeCalls = () => {
  if (!existsSync(inside('calls'))) return [];
  const calls = readFileSync(inside('calls'), 'utf8').trim().split('\n');
  rmSync(inside('calls'));
  return calls;
};

/** What it prints; throws where dpkg fails. The programs' dependencies are not in this root. */
const dpkg = (...words) => {
  const own = [`--root=${root}`, `--log=${path.join(folder, 'log')}`];
  own.push('--force-depends', '--force-unsafe-io', '--force-confold');
  const [program, ...rest] = [...asRoot, 'dpkg', ...own, ...words];
  return execFileSync(program, rest, {
    encoding: 'utf8',
    stdio: 'pipe',
    env: { PATH, LC_ALL: 'C' },
  });
};

const stateOf = () =>
  /^Status: (.*)$/m.exec(readFileSync(inside('var/lib/dpkg/status'), 'utf8'))?.[1];

/** What is left of the package and its service, as paths in the root. */
const leftOver = () =>
  readdirSync(root, { recursive: true }).filter(
    (name) => /auralis/.test(name) && !name.startsWith('var/lib/dpkg/'),
  );

/** What is done on a machine: the owner serves music, which leaves traces. */
const serve = () => {
  put(SETTINGS, 'MUSIC=/srv/music\nOPTIONS=\n');
  mkdirSync(path.dirname(inside(WANTS)), { recursive: true });
  symlinkSync('/lib/systemd/system/auralis-server.service', inside(WANTS));
  put(STATE, 'what is known of the music');
  mkdirSync(inside('var/log'), { recursive: true });
  symlinkSync('private/auralis', inside('var/lib/auralis'));
  put(LOG, 'who has listened');
  symlinkSync('private/auralis', inside('var/log/auralis'));
};

/** Each step of a package's life; `calls` has what systemctl is asked for, by step. */
const live = (calls) => {
  const first = dpkg('--install', archive);
  assert.equal(stateOf(), 'install ok installed');
  assert.match(first, /nothing is served yet/);
  assert.deepEqual(takeCalls(), calls.install);
  assert.ok(existsSync(inside('usr/bin/auralis-server')));
  assert.equal(existsSync(inside(WANTS)), false);
  assert.match(readFileSync(inside(SETTINGS), 'utf8'), /^MUSIC=$/m);

  serve();
  const again = dpkg('--install', archive);
  assert.equal(stateOf(), 'install ok installed');
  assert.doesNotMatch(again, /nothing is served yet/);
  assert.deepEqual(takeCalls(), calls.again);
  assert.match(readFileSync(inside(SETTINGS), 'utf8'), /^MUSIC=\/srv\/music$/m);
  assert.ok(readdirSync(path.dirname(inside(WANTS))).length === 1);

  dpkg('--remove', 'auralis');
  assert.equal(stateOf(), 'deinstall ok config-files');
  assert.deepEqual(takeCalls(), calls.remove);
  for (const name of [
    'usr/bin/auralis-server',
    'usr/share/auralis',
    'lib/systemd/system/auralis-server.service',
  ]) {
    assert.equal(existsSync(inside(name)), false, name);
  }
  for (const name of [SETTINGS, ROTATION, STATE, LOG]) assert.ok(existsSync(inside(name)), name);

  dpkg('--purge', 'auralis');
  assert.equal(stateOf(), undefined);
  assert.deepEqual(takeCalls(), calls.purge);
  assert.deepEqual(leftOver(), []);
  assert.equal(readFileSync(inside('srv/music/a.flac'), 'utf8'), 'music');
};

const UNDER_SYSTEMD = {
  install: ['daemon-reload'],
  // The old version's postrm, then the new one's postinst.
  again: ['daemon-reload', 'daemon-reload', 'try-restart auralis-server.service'],
  remove: ['disable --now auralis-server.service', 'daemon-reload'],
  purge: ['daemon-reload'],
};

test(
  'it starts and enables nothing, starts again what runs, and goes without a trace',
  options,
  () => {
    putSystemd(0);
    live(UNDER_SYSTEMD);
  },
);

test('whatever systemctl says, the package comes and goes', options, () => {
  putSystemd(1);
  live(UNDER_SYSTEMD);
});

test('where systemd does not run it is not asked', options, () => {
  putSystemd(0);
  rmSync(inside('run'), { recursive: true });
  live({ install: [], again: [], remove: [], purge: [] });
});
