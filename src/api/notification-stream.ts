import { LOGIN_CHECK_EVERY } from '../model/login.js';
import type { Store, StreamFilter, StreamPage } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import type { StreamEntry } from './contract.js';
import { mayLogIn } from './credentials.js';
import { attemptResource, notificationResource } from './resources.js';

/* All times in milliseconds. */

/** Something is said at least this often: proxies keep the connection, and a client notices one that is half-open. */
const HEARTBEAT = 15_000;
/** How soon a client may come back; a hint to those that have no better idea of their own. */
const RETRY = 1_000;
/**
 * A stream ends after this, and its client comes back with a token that holds. A token holds for five minutes and is
 * checked at the start only; from then on, now and then, whether who it was given to could still log in.
 */
const LONGEST = 3_600_000;
/** Changes are told; this is for those that are not, of another process at the same database. */
const LOOK_EVERY = 5_000;
/** Two reads are at least this far apart, so that a busy service reads what came meanwhile at once. */
const READ_EVERY = 5;

export interface NotificationStreamOptions {
  readonly store: Pick<Store, 'client' | 'streamPage' | 'onWrite'>;
  readonly clock: Clock;
  /** True while the tunnel of a listener is up. */
  readonly isConnected: (listenerId: string) => boolean;
  readonly accountId: string;
  /** Who reads. */
  readonly clientId: string;
  /** Where to start: a cursor of the store. */
  readonly start: string;
  readonly filter: StreamFilter;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/**
 * The text of a stream of Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html, section
 * 9.2). It reads on only when what it gave was taken, so a slow reader costs no more than a page.
 *
 * Each event has the place after it as its id. So has `place`, which says nothing else: it comes first, so that a client
 * which drops before the first entry misses none, and later where the place moved on and nothing fitted.
 */
export async function* notificationStream(options: NotificationStreamOptions): AsyncGenerator<string, void> {
  const { store, clock, accountId, clientId, start, filter, signal } = options;
  const changes = watch(options);
  const endsAt = clock.elapsed() + LONGEST;
  let cursor = start;
  let toldCursor = start;
  let toldAt = clock.elapsed();
  let checkAt = toldAt + LOGIN_CHECK_EVERY;
  try {
    yield `retry: ${RETRY}\n${placeText(start)}`;
    while (!signal.aborted) {
      changes.forget();
      const page = await store.streamPage(accountId, cursor, filter);
      cursor = page.cursor;
      if (clock.elapsed() >= checkAt) {
        const isHeld = await mayLogIn(store, clientId, clock.now());
        if (clock.elapsed() >= endsAt || !isHeld) return;
        checkAt = clock.elapsed() + LOGIN_CHECK_EVERY;
      }

      const last = page.entries.at(-1);
      if (last || clock.elapsed() - toldAt >= HEARTBEAT) {
        yield last ? pageText(page, options) : cursor === toldCursor ? ':\n\n' : placeText(cursor);
        toldCursor = last?.cursor ?? cursor;
        toldAt = clock.elapsed();
      }

      // A turn of the event loop for everybody else, also where a whole history is gone through.
      if (!page.isEnd) await new Promise((resolve) => setImmediate(resolve));
      else await changes.next(Math.min(LOOK_EVERY, Math.min(toldAt + HEARTBEAT, checkAt) - clock.elapsed()));
    }
  } finally {
    changes.stop();
  }
}

function pageText({ entries }: StreamPage, options: Pick<NotificationStreamOptions, 'isConnected'>): string {
  return entries
    .map(({ notification, attempt, cursor }) => {
      const resource = notificationResource(notification, options);
      const entry: StreamEntry = attempt
        ? { type: 'attempt', notification: resource, attempt: attemptResource(attempt) }
        : { type: 'notification', notification: resource };
      return entryText(entry, cursor);
    })
    .join('');
}

function entryText(entry: StreamEntry, cursor: string): string {
  const data =
    entry.type === 'attempt' ? { notification: entry.notification, attempt: entry.attempt } : entry.notification;
  // JSON has no line break in it, so one line holds it.
  return `event: ${entry.type}\nid: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`;
}

function placeText(cursor: string): string {
  return `event: place\nid: ${cursor}\ndata: {}\n\n`;
}

interface Changes {
  /** What changed up to now is known. */
  forget(): void;
  /** Resolves when something changed since, after `ms` at the latest, or when the stream is to end. */
  next(ms: number): Promise<void>;
  stop(): void;
}

function watch({ store, clock, signal }: NotificationStreamOptions): Changes {
  let changed = false;
  let readAt = clock.elapsed();
  let wake = () => {};
  const onChange = () => {
    changed = true;
    wake();
  };
  const stop = store.onWrite(onChange);
  signal.addEventListener('abort', onChange);

  return {
    forget() {
      changed = false;
      readAt = clock.elapsed();
    },
    next: (ms) =>
      new Promise((resolve) => {
        const end = () => {
          wake = () => {};
          resolve();
        };
        let cancel = clock.after(ms, end);
        wake = () => {
          cancel();
          cancel = clock.after(readAt + READ_EVERY - clock.elapsed(), end);
        };
        if (changed) wake();
      }),
    stop() {
      stop();
      signal.removeEventListener('abort', onChange);
    },
  };
}
