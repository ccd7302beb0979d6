/**
 * A sound server of the test's own (PulseAudio), with one sink that plays to nobody at 48 kHz in
 * 32-bit floats: what a browser plays arrives unchanged, and is recorded from the sink's monitor.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child';
import { deinterleave, PCM_RATE_HZ, type StereoPcm } from '../pcm';

const SINK = 'auralis';
const FRAME_BYTES = 8;

export class Recording {
  readonly #recorder: Child;
  readonly #parts: Buffer[] = [];
  #sizeBytes = 0;

  constructor(environment: NodeJS.ProcessEnv) {
    const format = ['--format=float32le', `--rate=${PCM_RATE_HZ}`, '--channels=2', '--raw'];
    const options = [`--device=${SINK}.monitor`, ...format, '--latency-msec=50'];
    this.#recorder = new Child('parec', options, environment, 'pipe');
    this.#recorder.process.stdout?.on('data', (part: Buffer) => {
      this.#parts.push(part);
      this.#sizeBytes += part.length;
    });
  }

  get frameCount(): number {
    return Math.floor(this.#sizeBytes / FRAME_BYTES);
  }

  /** Until the first samples are there: from then on nothing is missed. */
  async begin(): Promise<void> {
    await this.#recorder.waitUntil(() => this.frameCount > 0);
  }

  /** Everything until `tailSeconds` from now. */
  async take(tailSeconds = 0.3): Promise<StereoPcm> {
    const wanted = this.frameCount + tailSeconds * PCM_RATE_HZ;
    await this.#recorder.waitUntil(() => this.frameCount >= wanted);
    await this.#recorder.end();
    return deinterleave(Buffer.concat(this.#parts));
  }
}

export class SoundServer {
  /** Of programs that shall play to this server. */
  readonly environment: NodeJS.ProcessEnv;
  readonly #server: Child;

  private constructor(server: Child, environment: NodeJS.ProcessEnv) {
    this.#server = server;
    this.environment = environment;
  }

  /** Keeps everything that it and its clients write in `folder`. */
  static async start(folder: string): Promise<SoundServer> {
    const runtimeFolder = join(folder, 'runtime');
    await mkdir(runtimeFolder, { recursive: true, mode: 0o700 });
    const socket = join(folder, 'pulse.socket');
    const daemonConfig = join(folder, 'daemon.conf');
    const environment = {
      ...process.env,
      PULSE_CONFIG: daemonConfig,
      HOME: folder,
      XDG_RUNTIME_DIR: runtimeFolder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_DATA_HOME: join(folder, 'data'),
      PULSE_SERVER: `unix:${socket}`,
    };
    // Without rewinds: what the sink had rendered ahead is recorded before a stream that starts can
    // replace it, and the recording would lack the stream's first 50 ms.
    const sink = `sink_name=${SINK} rate=${PCM_RATE_HZ} channels=2 format=float32le norewinds=1`;
    // Chromium asks for this rate, whatever that of the sink is.
    await writeFile(daemonConfig, `default-sample-rate = ${PCM_RATE_HZ}\n`);
    const server = new Child(
      'pulseaudio',
      [
        '-n',
        '--daemonize=no',
        '--use-pid-file=no',
        '--exit-idle-time=-1',
        // Where the machine allows it; it goes on without.
        '--realtime=yes',
        '--high-priority=yes',
        '--log-target=stderr',
        '--log-level=info',
        `--load=module-null-sink ${sink}`,
        `--load=module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
      ],
      environment,
    );
    await server.waitUntil(() => existsSync(socket));
    return new SoundServer(server, environment);
  }

  async record(): Promise<Recording> {
    const recording = new Recording(this.environment);
    await recording.begin();
    return recording;
  }

  get said(): string {
    return this.#server.said;
  }

  stop(): Promise<void> {
    return this.#server.end();
  }
}
