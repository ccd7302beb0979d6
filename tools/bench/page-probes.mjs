/**
 * Functions that are sent to the page, so they use nothing from outside themselves. Positions are
 * polled every 4 ms, for both sides alike: animation frames would be coarser.
 */

/** Keeps the page's one audio element at hand. Runs before the page's scripts. */
export const holdAudio = () => {
  window.Audio = new Proxy(window.Audio, {
    construct: (target, options) => {
      const audio = new target(...options);
      window.benchAudio ??= audio;
      return audio;
    },
  });
  // All tracks lie behind each other in the page's element: only the player knows the place in one.
  const positionOf = (audio) =>
    audio === window.benchAudio && window.auralisPlayer
      ? window.auralisPlayer.positionSeconds
      : audio.currentTime;
  /** Milliseconds from `startedMs` until the position passes `seconds`. */
  window.benchUntilPast = (audio, seconds, startedMs) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const now = performance.now();
        if (!audio.seeking && !audio.paused && positionOf(audio) > seconds)
          resolve(now - startedMs);
        else if (now - startedMs > 30_000) reject(new Error(`no sound past ${seconds} s`));
        else setTimeout(look, 1);
      };
      look();
    });
};

/** A click on the row `title` as the page gets it; milliseconds to the first sound. */
export const clickToSound = async (title) => {
  const row = document.querySelector(`.row-button[aria-label^="Play ${title}"]`);
  const startedMs = performance.now();
  row.click();
  const ms = await window.benchUntilPast(window.benchAudio, 0, startedMs);
  window.auralisPlayer.pause();
  return ms;
};

/** As clickToSound, by a pointer whose button is down for `pressMs` before the click counts. */
export const pressToSound = async (title, pressMs) => {
  const row = document.querySelector(`.row-button[aria-label^="Play ${title}"]`);
  const pointer = { bubbles: true, isPrimary: true, pointerType: 'mouse' };
  row.dispatchEvent(new PointerEvent('pointerdown', pointer));
  await new Promise((resolve) => setTimeout(resolve, pressMs));
  row.dispatchEvent(new PointerEvent('pointerup', pointer));
  const startedMs = performance.now();
  row.click();
  const ms = await window.benchUntilPast(window.benchAudio, 0, startedMs);
  window.auralisPlayer.pause();
  return ms;
};

/** From the button for the next track to its first sound. */
export const nextToSound = async () => {
  const startedMs = performance.now();
  const before = window.auralisPlayer.positionSeconds;
  window.auralisPlayer.next();
  // Until then the position is that of the track before.
  while (window.auralisPlayer.positionSeconds >= before) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const ms = await window.benchUntilPast(window.benchAudio, 0, startedMs);
  window.auralisPlayer.pause();
  return ms;
};

export const plainToSound = async (url) => {
  const startedMs = performance.now();
  const audio = document.createElement('audio');
  audio.src = url;
  void audio.play();
  const ms = await window.benchUntilPast(audio, 0, startedMs);
  audio.pause();
  audio.removeAttribute('src');
  audio.load();
  return ms;
};

/** As a first visit: clicks as soon as the row is there. Runs before the page's scripts. */
export const clickAtOnce = () => {
  new MutationObserver((_, observer) => {
    const row = document.querySelector('.row-button');
    if (!row) return;
    observer.disconnect();
    const startedMs = performance.now();
    row.click();
    window.benchFirst = window.benchUntilPast(window.benchAudio, 0, startedMs);
  }).observe(document, { childList: true, subtree: true });
};

export const seekEnhanced = (seconds) => {
  const startedMs = performance.now();
  window.auralisPlayer.seek(seconds);
  return window.benchUntilPast(window.benchAudio, seconds, startedMs);
};

/** Leaves a plain element playing in window.benchPlain. */
export const startPlain = async (url) => {
  window.auralisPlayer.pause();
  const audio = document.createElement('audio');
  audio.src = url;
  void audio.play();
  window.benchPlain = audio;
  await window.benchUntilPast(audio, 0, performance.now());
};

export const seekPlain = (seconds) => {
  const audio = window.benchPlain;
  const startedMs = performance.now();
  audio.currentTime = seconds;
  return window.benchUntilPast(audio, seconds, startedMs);
};
