/** An EngineClient's port to an EngineHost in the same thread. */
import type { OpenPort } from '../engine/engine-client';
import type { EngineHost, EngineHostOptions } from '../engine/engine-host';

export const hostPort =
  (makeHost: (post: EngineHostOptions['post']) => Pick<EngineHost, 'handle'>): OpenPort =>
  (listeners) => {
    // In a turn of its own, as from another thread.
    const host = makeHost((message) => queueMicrotask(() => listeners.onMessage(message)));
    return {
      post: (message) => {
        // Nobody here asks the store what it has.
        if ('command' in message) host.handle(message);
      },
      terminate: () => undefined,
    };
  };
