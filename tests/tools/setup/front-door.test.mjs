/** What `make run` installs, configures and builds where there is nothing: no test package. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOR_TESTS =
  /test|gmock|jest|ebur128|chromium|puppeteer|valgrind|bench|lint|prettier|tidy|asan/i;

const read = (name) => readFileSync(path.join(ROOT, name), 'utf8');

const packageGroups = () => {
  const groups = new Map();
  for (const line of read('tools/setup/packages.txt').split('\n')) {
    const [group, name] = line.split(' ');
    if (group === '' || group === '#') continue;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return groups;
};

/** The commands that make would run for `target`. */
const commandsOf = (target) => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/MAKE/.test(name)),
  );
  return execFileSync('make', ['-n', target], { cwd: ROOT, encoding: 'utf8', env });
};

const found = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, word]) => word))];

test('the packages of the group `build` are no test packages', () => {
  const groups = packageGroups();
  const build = groups.get('build');
  assert.ok(build.includes('g++') && build.includes('emscripten'));
  assert.deepEqual(
    build.filter((name) => FOR_TESTS.test(name)),
    [],
  );
  for (const group of ['deb', 'test', 'lint']) {
    assert.deepEqual(
      build.filter((name) => groups.get(group).includes(name)),
      [],
    );
  }
});

test('`make run` and `make build` install the group `build` and build the programs and the page', () => {
  for (const target of ['run', 'build']) {
    const commands = commandsOf(target);
    assert.deepEqual(found(commands, /tools\/setup\/setup\.sh (.*)$/gm), ['build']);
    assert.deepEqual(found(commands, /cmake (?:--build )?--preset (\S+)/g).sort(), [
      'native',
      'wasm',
    ]);
    assert.deepEqual(found(commands, /npm install (.*?)\)/g), [
      '--no-save --no-audit --no-fund --loglevel=error --omit=dev',
    ]);
    assert.deepEqual(found(commands, /(apt-get|ctest|npm test|jest|clang-tidy)/g), []);
  }
});

// From Node.js 22 on a folder is no longer looked through.
test('the tests of tools and of the package are named file by file', () => {
  for (const folder of ['tests/tools', 'tests/package']) {
    const target = folder === 'tests/tools' ? 'test-tidy' : 'test-package';
    const [command, ...more] = commandsOf(target)
      .split('\n')
      .filter((line) => line.includes('node --test'));
    assert.deepEqual(more, []);
    assert.match(
      command,
      /^find .*-name '\*\.test\.mjs' \| sort \| (timeout \d+ )?xargs node --test$/,
    );
    assert.ok(command.includes(` ${folder} `));
  }
});

test('the preset `native` knows no test target, and its build builds the programs', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'auralis-front-door-'));
  try {
    // The libraries are only looked for: nothing is compiled here.
    mkdirSync(path.join(folder, 'prefix/include'), { recursive: true });
    const build = path.join(folder, 'build');
    // Each source by itself: a batch does not name those that are in it.
    const options = ['--preset', 'native', '-B', build, '-DAURALIS_UNITY=OFF'];
    options.push(`-DAURALIS_THIRD_PARTY=${path.join(folder, 'prefix')}`);
    execFileSync('cmake', options, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    const listed = execFileSync('ninja', ['-C', build, '-t', 'targets', 'all'], {
      encoding: 'utf8',
    });
    const names = listed.split('\n').map((line) => line.split(': ')[0]);
    // Not the files that CMake itself consists of.
    const targets = names.filter((name) => !name.startsWith('/'));
    assert.ok(targets.includes('bin/auralis-server'));
    assert.deepEqual(
      targets.filter((name) => FOR_TESTS.test(path.basename(name))),
      [],
    );
    const compiled = JSON.parse(readFileSync(path.join(build, 'compile_commands.json'), 'utf8'));
    const sources = compiled.map(({ file }) => path.relative(ROOT, file));
    assert.ok(sources.includes('server-min/main.cc'));
    assert.deepEqual(
      sources.filter((name) => !/^(engine|server-min)\//.test(name)),
      [],
    );
    const cache = readFileSync(path.join(build, 'CMakeCache.txt'), 'utf8');
    assert.doesNotMatch(cache, /GTest|ebur128/i);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const presets = JSON.parse(read('CMakePresets.json')).buildPresets;
  const targetsOf = (name) => presets.find((preset) => preset.name === name).targets;
  assert.deepEqual(targetsOf('native'), ['auralis', 'auralis-server']);
  assert.deepEqual(targetsOf('wasm'), ['engine']);
});

test('the page is built with the packages under `dependencies` alone', () => {
  const { dependencies, scripts } = JSON.parse(read('web/package.json'));
  assert.deepEqual(
    Object.keys(dependencies).filter((name) => FOR_TESTS.test(name)),
    [],
  );
  assert.match(scripts.build, /^vite build( && node scripts\/[a-z-]+\.mjs)+$/);
  const files = ['web/vite.config.ts'];
  for (const folder of ['web/scripts', 'web/src']) {
    const names = readdirSync(path.join(ROOT, folder), { recursive: true });
    files.push(
      ...names.filter((name) => /\.(ts|tsx|mjs)$/.test(name)).map((name) => `${folder}/${name}`),
    );
  }
  const imported = found(
    files.map(read).join('\n'),
    /(?:from|import) '((?:@[^/']+\/)?[a-z][^/':]*)(?:\/[^']*)?'/g,
  );
  assert.ok(imported.includes('react') && imported.includes('vite'));
  assert.deepEqual(
    imported.filter((name) => dependencies[name] === undefined).sort(),
    // Made by the build itself.
    ['auralis-chunk-script', 'auralis-engine'],
  );
});
