/**
 * Guesses which track is about to be clicked: one on whose row a pointer rests or the focus is, or
 * a button is pressed. A tenth of a second before the click is what its first sound takes.
 */

/** A pointer that crosses rows on its way to another place wants none of them. */
export const REST_MS = 70;

export type IntentOptions = {
  /** Whose rows are watched; they carry `data-track-id`. */
  readonly list: HTMLElement;
  /** null: none any more. `isPressed`: the click comes within a tenth of a second. */
  readonly onIntent: (trackId: string | null, isPressed: boolean) => void;
  /** The listener pays for every byte: only a press tells enough. */
  readonly saveData: boolean;
};

const trackIdOf = (target: EventTarget | null): string | null => {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-track-id]') : null;
  return row?.getAttribute('data-track-id') ?? null;
};

/** Returns the function that lets go again. */
export const watchIntent = ({ list, onIntent, saveData }: IntentOptions): (() => void) => {
  let timer: number | undefined;
  /** The row that the pointer or the focus is on, and the one that was told. */
  let rest: string | null = null;
  let told: string | null = null;

  const tell = (trackId: string | null, isPressed = false): void => {
    window.clearTimeout(timer);
    if (trackId === told) return;
    told = trackId;
    onIntent(trackId, isPressed);
  };
  const press = ({ target }: Event): void => {
    const trackId = trackIdOf(target);
    if (trackId === null) return;
    rest = trackId;
    tell(trackId, true);
  };
  const enter = ({ target }: Event): void => {
    const trackId = trackIdOf(target);
    if (trackId === rest) return;
    rest = trackId;
    window.clearTimeout(timer);
    if (trackId !== null && !saveData) timer = window.setTimeout(() => tell(trackId), REST_MS);
    else tell(null);
  };
  const leave = (): void => {
    rest = null;
    tell(null);
  };
  /** A press takes the focus from another row after it has told of its own. */
  const blur = ({ target }: Event): void => {
    if (trackIdOf(target) === rest) leave();
  };

  const listeners: readonly (readonly [string, (event: Event) => void])[] = [
    ['pointerdown', press],
    ['pointerover', enter],
    ['focusin', enter],
    ['pointerleave', leave],
    ['focusout', blur],
  ];
  for (const [type, listener] of listeners) list.addEventListener(type, listener);
  return () => {
    leave();
    for (const [type, listener] of listeners) list.removeEventListener(type, listener);
  };
};
