import pg from 'pg';
import { abortable } from '../../util/abortable.js';
import { backoff } from '../../util/backoff.js';
import { sleep, systemClock } from '../../util/clock.js';
import { connectionOptions } from './connection.js';
import { isKind, type NoticeKind } from './notice-kinds.js';

const CHANNEL = 'calreply';
/** Notices of one kind are sent no closer together, in milliseconds. */
const GATHERED = 20;
/** How often the connection is heard, and how long it may take to answer. In milliseconds. */
const HEARTBEAT = 5_000;
const HEARTBEAT_LIMIT = 4_000;

export interface NoticesOptions {
  readonly url: string;
  /** The name of this process: what it sends itself is no news. */
  readonly self: string;
  /** Another process says that there is news. */
  readonly onNotice: (kind: NoticeKind) => void;
  /** Sends a notice on another connection than the one that listens. */
  readonly notify: (channel: string, text: string) => Promise<unknown>;
  /** Told when notices do not arrive, and when they do again: a sentence for people. */
  readonly say: (text: string) => void;
}

/**
 * What processes on one database tell each other, so that none has to look all the time: LISTEN and NOTIFY, on a connection
 * of their own. Nothing depends on them but how soon something is seen: whoever waits looks from time to time as well.
 *
 * They are not sent with what they tell of: NOTIFY has all commits that carry one go one after another.
 */
export interface Notices {
  /** Tells the other processes, soon; many at once are one. */
  send(kind: NoticeKind): void;
  close(): Promise<void>;
}

export function startNotices(options: NoticesOptions): Notices {
  const ending = new AbortController();
  const { signal } = ending;
  const unsent = new Set<NoticeKind>();
  let client: pg.Client | undefined;
  let isScheduled = false;

  const flush = () => {
    isScheduled = false;
    const kinds = [...unsent];
    unsent.clear();
    const texts = kinds.map((kind) => `${kind} ${options.self}`);
    // What could not be sent is seen by whoever looks from time to time.
    client?.query('SELECT pg_notify($1, text) FROM unnest($2::text[]) text', [CHANNEL, texts]).catch(() => {});
    if (kinds.length > 0) schedule(GATHERED);
  };
  const schedule = (wait: number) => {
    if (isScheduled || signal.aborted) return;
    isScheduled = true;
    if (wait === 0) setImmediate(flush);
    else setTimeout(flush, wait).unref();
  };

  const listening = keepListening(options, signal, (current) => (client = current));
  return {
    send(kind) {
      unsent.add(kind);
      schedule(0);
    },
    async close() {
      ending.abort();
      await listening;
    },
  };
}

async function keepListening(
  options: NoticesOptions,
  signal: AbortSignal,
  onClient: (client: pg.Client | undefined) => void,
): Promise<void> {
  let isDeaf = false;
  const told = (deaf: boolean, why: string) => {
    if (deaf === isDeaf) return;
    isDeaf = deaf;
    options.say(
      deaf
        ? `Processes on this database do not hear of each other (${why}): what one does, the others see a second later.`
        : 'Processes on this database hear of each other again.',
    );
  };
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await listen(options, signal, onClient, () => {
        failures = 0;
        told(false, '');
      });
    } catch (error) {
      if (!signal.aborted && failures > 0) told(true, error instanceof Error ? error.message : String(error));
    } finally {
      onClient(undefined);
    }

    await sleep(systemClock, backoff(failures + 1, { first: 200, most: 5_000 }, Math.random()), signal).catch(() => {});
  }
}

/** Listens until the connection breaks or is silent, or the signal ends it. */
async function listen(
  { url, self, onNotice, notify }: NoticesOptions,
  signal: AbortSignal,
  onClient: (client: pg.Client) => void,
  onListening: () => void,
): Promise<void> {
  const client = new pg.Client({ ...connectionOptions(url), query_timeout: HEARTBEAT_LIMIT });
  const broken = new AbortController();
  const over = AbortSignal.any([signal, broken.signal]);
  client.on('error', (error) => broken.abort(error));
  client.on('end', () => broken.abort(new Error('the connection ended')));
  let heard: string | undefined;
  client.on('notification', ({ payload = '' }) => {
    const [kind = '', from] = payload.split(' ');
    if (kind === 'heartbeat') heard = payload;
    else if (from !== self && isKind(kind)) onNotice(kind);
  });
  try {
    await abortable(client.connect(), over);
    await client.query(`LISTEN ${CHANNEL}`);
    onClient(client);
    for (let beat = 1; ; beat += 1) {
      const sent = `heartbeat ${self} ${beat}`;
      // Whoever pools connections by transactions answers everything, and passes no notice on.
      await notify(CHANNEL, sent);
      const deadline = systemClock.elapsed() + HEARTBEAT_LIMIT / 2;
      while (heard !== sent && systemClock.elapsed() < deadline) await sleep(systemClock, 20, over);
      if (heard !== sent) throw new Error('no notice arrives; a pooler in between needs --listen-database past it');
      if (beat === 1) onListening();
      await sleep(systemClock, HEARTBEAT, over);
    }
  } finally {
    client.end().catch(() => {});
  }
}
