import { CalReplyError } from '../errors.js';
import type { Pace } from '../trigger/pace.js';
import type { Listening, ListenEvent } from '../tunnel/listening.js';
import { toLocalApps, type LocalAppsOptions, type LocalEvent } from '../tunnel/local/local-apps.js';
import type { Deliver } from '../tunnel/protocol.js';
import { atMost } from '../util/at-most.js';

export interface ReplayOptions extends Omit<LocalAppsOptions, 'onEvent' | 'signal'> {
  /** What was recorded, read as it is played. */
  readonly deliveries: AsyncIterable<Deliver>;
  readonly pace: Pace;
  readonly onEvent: (event: ListenEvent) => void;
  /** Aborted when the replay is to end; what reads the recording heeds it too. */
  readonly ending: AbortController;
}

/** How long nothing may listen at a target before the replay gives up, in milliseconds. */
const APP_AWAY = 30_000;

/**
 * Plays a recording to local apps, one delivery after another, in its order: what a listener does, without a service.
 * `ended` resolves when all was played, or after `stop`; it rejects when the recording cannot be read on, or nothing
 * listens at a target for 30 seconds.
 */
export function startReplay({ deliveries, pace, ending, onEvent, ...options }: ReplayOptions): Listening {
  const { clock, routes } = options;
  const { signal } = ending;
  let cancelGivingUp = () => {};
  const tell = (event: LocalEvent) => {
    if (event.kind === 'holding' && event.heldMs === 0) {
      cancelGivingUp = clock.after(APP_AWAY, () => ending.abort(away(event.target)));
    }

    if (event.kind === 'resumed') cancelGivingUp();
    onEvent(event);
  };
  const apps = toLocalApps({ ...options, signal, onEvent: tell });

  const play = async () => {
    onEvent({ kind: 'connected', again: false, missed: null, awayMs: null });
    for await (const delivery of deliveries) {
      await pace(signal);
      signal.throwIfAborted();
      onEvent({ kind: 'delivery', delivery, signature: 'none' });
      onEvent({ kind: 'forwarded', delivery, outcome: await apps.forward(delivery) });
    }
  };
  // Whoever starts it gets hold of it before it tells anything.
  const ended = Promise.resolve()
    .then(play)
    .catch((error: unknown) => {
      // What an aborted read fails with is not why it was aborted.
      const why: unknown = signal.aborted ? signal.reason : error;
      if (why !== STOPPED) throw why;
    });
  ended.catch(() => undefined);

  return {
    ended,
    async stop(drainMs) {
      cancelGivingUp();
      ending.abort(STOPPED);
      await atMost(drainMs, ended.then(apps.idle, apps.idle), clock);
      await Promise.all(routes.map(({ forwarder }) => forwarder.close()));
    },
  };
}

const STOPPED = new Error('the replay was stopped');

function away(target: string): CalReplyError {
  return new CalReplyError('NotificationFailed', `Nothing listens at ${target}; 30 s were waited for it.`, {
    hint: 'Start the app first, or say where it is with --forward-to.',
  });
}
