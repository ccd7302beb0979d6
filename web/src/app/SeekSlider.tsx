/**
 * The seek bar: a slider as in the WAI-ARIA Authoring Practices' media seek slider. Dragging shows
 * a preview; the seek itself comes when the pointer is let go, so that a drag is one seek.
 */
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { Player } from '../player/player';
import { formatDuration, formatTime, isKnownDuration } from './format';
import { useProgress } from './use-player';

const STEP_SECONDS = 5;
const PAGE_SECONDS = 30;

type Props = { readonly player: Player; readonly durationSeconds: number };

const keyTarget = (key: string, from: number, durationSeconds: number): number | null => {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return from - STEP_SECONDS;
    case 'ArrowRight':
    case 'ArrowUp':
      return from + STEP_SECONDS;
    case 'PageDown':
      return from - PAGE_SECONDS;
    case 'PageUp':
      return from + PAGE_SECONDS;
    case 'Home':
      return 0;
    case 'End':
      return durationSeconds;
    default:
      return null;
  }
};

export const SeekSlider = ({ player, durationSeconds }: Props): ReactElement => {
  const { positionSeconds, buffered } = useProgress(player);
  const track = useRef<HTMLDivElement>(null);
  const [dragSeconds, setDragSeconds] = useState<number | null>(null);
  const [hoverSeconds, setHoverSeconds] = useState<number | null>(null);
  const isUsable = isKnownDuration(durationSeconds);
  const atSeconds = dragSeconds ?? positionSeconds;
  // Of a track of unknown length the position alone is known.
  const shownSeconds = isUsable ? Math.min(atSeconds, durationSeconds) : atSeconds;
  const previewSeconds = dragSeconds ?? hoverSeconds;
  const lengthWords = isUsable ? formatTime(durationSeconds) : 'unknown length';
  const percent = (timeSeconds: number): string =>
    `${isUsable ? Math.min(100, (timeSeconds / durationSeconds) * 100) : 0}%`;

  const timeAt = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    const fraction = (event.clientX - box.left) / box.width;
    return Math.min(1, Math.max(0, fraction)) * durationSeconds;
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (!isUsable || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragSeconds(timeAt(event));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (dragSeconds !== null) setDragSeconds(timeAt(event));
    else if (event.pointerType === 'mouse') setHoverSeconds(timeAt(event));
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>): void => {
    if (dragSeconds === null) return;
    setDragSeconds(null);
    player.seek(timeAt(event));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = keyTarget(event.key, positionSeconds, durationSeconds);
    if (target === null || !isUsable) return;
    event.preventDefault();
    player.seek(Math.min(durationSeconds, Math.max(0, target)));
  };

  return (
    <div className="seek">
      <span className="time" data-testid="position">
        {formatTime(shownSeconds)}
      </span>
      <div
        className={`seek-slider${dragSeconds === null ? '' : ' dragging'}`}
        role="slider"
        tabIndex={isUsable ? 0 : -1}
        aria-label="Seek"
        aria-disabled={!isUsable}
        aria-valuemin={0}
        aria-valuemax={Math.round(isUsable ? durationSeconds : shownSeconds)}
        aria-valuenow={Math.round(shownSeconds)}
        aria-valuetext={`${formatTime(shownSeconds)} of ${lengthWords}`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDragSeconds(null)}
        onPointerLeave={() => setHoverSeconds(null)}
        onKeyDown={onKeyDown}
      >
        <div className="rail" ref={track}>
          {buffered.map(({ startSeconds, endSeconds }) => (
            <span
              key={startSeconds}
              className="rail-buffered"
              style={{ left: percent(startSeconds), width: percent(endSeconds - startSeconds) }}
            />
          ))}
          <span className="rail-played" style={{ width: percent(shownSeconds) }} />
          <span className="thumb" style={{ left: percent(shownSeconds) }} />
          {previewSeconds !== null && isUsable && (
            <span className="bubble" style={{ left: percent(previewSeconds) }}>
              {formatTime(previewSeconds)}
            </span>
          )}
        </div>
      </div>
      <span className="time" data-testid="duration">
        {formatDuration(durationSeconds)}
      </span>
    </div>
  );
};
