/**
 * Debian's Caddy and nginx in front of the real server, set up by the very words of
 * docs/secure-context.md; only ports and files are those of the test.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port';
import { runProgram } from './run-program';

const WAIT_MS = 60_000;
const DOCUMENT = fileURLToPath(new URL('../../../docs/secure-context.md', import.meta.url));
const DOCUMENTED_SERVER = 'http://127.0.0.1:8080';

/** The block of that language in the document, with all `changes` made, which it has to allow. */
const documented = async (
  language: string,
  changes: readonly (readonly [from: string, to: string])[],
): Promise<string> => {
  const text = await readFile(DOCUMENT, 'utf8');
  const block = new RegExp('```' + language + '\\n([^]*?)```').exec(text)?.[1] ?? '';
  return changes.reduce((made, [from, to]) => {
    if (!made.includes(from)) throw new Error(`the example for ${language} lacks: ${from}`);
    return made.replace(from, to);
  }, block);
};

/** The name that the document gives the server. */
export const PUBLIC_NAME = 'music.home.arpa';

/** As tools/setup/setup.sh unpacks it. */
const unpacked = (name: string): string => {
  const { AURALIS_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  const cache = AURALIS_CACHE_DIR ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'auralis');
  const folder = join(cache, 'unpacked', name);
  if (!existsSync(folder)) throw new Error(`${folder} is missing: run make setup-test first`);
  return folder;
};

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export class Proxy {
  readonly #port: number;
  /** Of the authority that devices have to trust, PEM. */
  readonly authority: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number, authority: string, folder: string, process: ChildProcess) {
    this.#port = port;
    this.authority = authority;
    this.#folder = folder;
    this.#process = process;
  }

  get host(): string {
    return `${PUBLIC_NAME}:${this.#port}`;
  }

  get origin(): string {
    return `https://${this.host}`;
  }

  /** To be asked at, as by a device to which the name leads here. */
  get address(): RequestOptions {
    return {
      host: '127.0.0.1',
      port: this.#port,
      servername: PUBLIC_NAME,
      ca: this.authority,
    };
  }

  /** `serverOrigin`: of the real server. */
  static async caddy(serverOrigin: string): Promise<Proxy> {
    const folder = await mkdtemp(join(tmpdir(), 'auralis-caddy-'));
    const port = await freePort();
    const site = await documented('caddy', [
      [PUBLIC_NAME, `${PUBLIC_NAME}:${port}`],
      [DOCUMENTED_SERVER.replace('http://', ''), serverOrigin.replace('http://', '')],
    ]);
    const config = join(folder, 'Caddyfile');
    // What touches the machine is off: its list of authorities, port 80, a port for orders.
    await writeFile(
      config,
      `{
    admin off
    auto_https disable_redirects
    skip_install_trust
    default_bind 127.0.0.1
    storage file_system ${folder}
}
${site}`,
    );
    const program = join(unpacked('caddy'), 'usr/bin/caddy');
    const arguments_ = ['run', '--config', config, '--adapter', 'caddyfile'];
    const authorityFile = join(folder, 'pki/authorities/local/root.crt');
    return Proxy.#start(folder, port, program, arguments_, authorityFile);
  }

  /** `serverOrigin`: of the real server. */
  static async nginx(serverOrigin: string): Promise<Proxy> {
    const folder = await mkdtemp(join(tmpdir(), 'auralis-nginx-'));
    const port = await freePort();
    const certificate = join(folder, 'music.crt');
    const key = join(folder, 'music.key');
    const site = await documented('nginx', [
      ['listen 443', `listen 127.0.0.1:${port}`],
      ['/etc/nginx/music.crt', certificate],
      ['/etc/nginx/music.key', key],
      [DOCUMENTED_SERVER, serverOrigin],
    ]);
    const authorityFile = await makeCertificate(folder, certificate, key);
    const config = join(folder, 'nginx.conf');
    const ownFolders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n');
    await writeFile(
      config,
      `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
events {}
http {
access_log off;
${ownFolders}
${site}}
`,
    );
    const program = join(unpacked('nginx'), 'usr/sbin/nginx');
    const arguments_ = ['-p', folder, '-e', 'stderr', '-c', config];
    return Proxy.#start(folder, port, program, arguments_, authorityFile);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exit;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  static async #start(
    folder: string,
    port: number,
    program: string,
    options: readonly string[],
    authorityFile: string,
  ): Promise<Proxy> {
    const home = join(folder, 'home');
    await mkdir(home);
    const child = spawn(program, options, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home },
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-4000)));
    const untilMs = Date.now() + WAIT_MS;
    while (!(existsSync(authorityFile) && (await isListening(port)))) {
      if (child.exitCode !== null || Date.now() > untilMs) {
        child.kill('SIGKILL');
        throw new Error(`${program} does not start: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return new Proxy(port, await readFile(authorityFile, 'utf8'), folder, child);
  }
}

/** A certificate for PUBLIC_NAME; the file of the authority that signed it. */
const makeCertificate = async (
  folder: string,
  certificate: string,
  key: string,
): Promise<string> => {
  const authority = join(folder, 'authority.crt');
  const authorityKey = join(folder, 'authority.key');
  const request = join(folder, 'request.csr');
  const extensions = join(folder, 'extensions');
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const openssl = (...options: readonly string[]): Promise<Buffer> =>
    runProgram('openssl', options);
  const ofAuthority = ['-keyout', authorityKey, '-out', authority, '-days', '2'];
  await openssl('req', '-x509', ...newKey, ...ofAuthority, '-subj', '/CN=Test authority');
  await openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${PUBLIC_NAME}`);
  await writeFile(extensions, `subjectAltName=DNS:${PUBLIC_NAME}\nextendedKeyUsage=serverAuth\n`);
  const signer = ['-CA', authority, '-CAkey', authorityKey, '-CAcreateserial', '-days', '2'];
  await openssl(
    'x509',
    '-req',
    '-in',
    request,
    '-out',
    certificate,
    ...signer,
    '-extfile',
    extensions,
  );
  return authority;
};
