/** What is fetched before the first sound, and what happens in a browser without MSE. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from '../support/random';
import { makeSound, writeFlac, writeMp3, writeWav } from './support/music';
import { PlainServer } from './support/plain-server';
import { PlayerPage } from './support/player-page';
import { runProgram } from './support/run-program';
import { Stage } from './support/stage';

jest.setTimeout(120_000);

const COVER_BYTES = 5_000_000;
const SECONDS = 60;

let stage: Stage;

/** An ID3v2.3 tag with one picture frame (APIC), to be put in front of an MP3. */
const id3WithPicture = (picture: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), picture]);
  const frame = Buffer.alloc(10);
  frame.write('APIC', 0, 'latin1');
  frame.writeUInt32BE(body.length, 4);
  const tag = Buffer.alloc(10);
  tag.write('ID3\x03', 0, 'latin1');
  const size = frame.length + body.length;
  for (let k = 0; k < 4; k += 1) tag[9 - k] = (size >> (7 * k)) & 0x7f;
  return Buffer.concat([tag, frame, body]);
};

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    const sound = makeSound(44_100, 44_100 * SECONDS, 61);
    const picture = randomBytes(COVER_BYTES, 62);
    const picturePath = join(folder, 'cover.tmp');
    await writeFile(picturePath, picture);
    const flacPath = join(folder, 'pictured-flake.flac');
    const specification = `--picture=3|image/jpeg||600x600x24|${picturePath}`;
    await writeFlac(flacPath, sound, 'int16', [specification]);
    const mp3Path = join(folder, 'bare.tmp');
    await writeMp3(mp3Path, sound);
    const bare = await runProgram('cat', [mp3Path]);
    const pictured = Buffer.concat([id3WithPicture(picture), bare]);
    await writeFile(join(folder, 'pictured-layer.mp3'), pictured);
    await writeWav(join(folder, 'plain.wav'), makeSound(44_100, 44_100 * 5, 63), 'int16');
  });
});

afterAll(() => stage?.clear());

describe('Bytes before the first sound', () => {
  it.each(['pictured-flake.flac', 'pictured-layer.mp3'])(
    '%s: without the cover of 5 MB',
    async (file) => {
      const counting = await PlainServer.start(stage.server.origin, { ranges: true });
      const player = await PlayerPage.open(stage.browser, counting.origin);
      await player.clickTrack(file.replace(/\..*/, ''));
      await player.waitForPosition(0.001);
      const all = counting.bytesBefore(Infinity);
      // The cover fills the front of both files.
      const ofCover = counting.bytesBefore(COVER_BYTES);
      const complaints = await player.complaints();
      await player.close();
      await counting.stop();
      expect(all).toBeGreaterThan(10_000);
      expect(ofCover).toBeLessThan(COVER_BYTES / 20);
      expect(complaints).toEqual([]);
    },
  );
});

describe('A browser without Media Source Extensions', () => {
  it('plays the original, and says so', async () => {
    const player = await stage.openPlayer({
      before: () => {
        for (const name of ['MediaSource', 'ManagedMediaSource', 'SourceBuffer']) {
          Reflect.deleteProperty(window, name);
        }
      },
    });
    await player.clickTrack('plain');
    await player.waitForPosition(1);
    const notice = '[data-testid="original-notice"]';
    const words = await player.page.$eval(notice, ({ textContent }) => textContent);
    const { mode } = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    expect(words).toMatch(/original, not enhanced/);
    expect(words).toMatch(/Media Source/);
    expect({ mode, complaints }).toEqual({ mode: 'original', complaints: [] });
  });
});
