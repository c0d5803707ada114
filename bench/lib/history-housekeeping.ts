import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { openSqliteStore } from '../../src/store/sqlite/store.js';
import { accessToken, startService, stop, type Home, type Service } from './calreply.js';
import { eventOf } from './event-body.js';
import { percentile } from './stats.js';

/* What the service does by itself, and has done long before anybody asks. All times in milliseconds. */

/** Counts the history of a service that does not run, as its housekeeping would; the answer is the longest step. */
export async function countAhead({ folder }: Home): Promise<number> {
  const store = await openSqliteStore(join(folder, 'data'));
  let longest = 0;
  let startedAt = performance.now();
  for await (const _ of store.countHistory(Date.now())) {
    longest = Math.max(longest, performance.now() - startedAt);
    startedAt = performance.now();
  }

  await store.close();
  return longest;
}

/** Housekeeping begins so long after the start. */
const BEGINS = 11_000;
/** How long is measured. */
const MEASURED = 20_000;

/** Starts a service on a history, and gives it one event after the other while it removes what is older than `keep`. */
export async function removal(home: Home, keep: string): Promise<{ p50: number; p99: number; removed: number }> {
  const service = await startService(home, { flags: ['--keep', keep] });
  try {
    const token = await accessToken(service);
    await wait(BEGINS);
    const before = await sent(service, token);
    const times: number[] = [];
    const startedAt = performance.now();
    while (performance.now() - startedAt < MEASURED) times.push(await accept(service, token));
    const took = performance.now() - startedAt;
    const removed = before + times.length - (await sent(service, token));
    return { p50: percentile(times, 50), p99: percentile(times, 99), removed: (removed / took) * 1000 };
  } finally {
    await stop(service.process);
  }
}

async function accept({ url }: Service, token: string): Promise<number> {
  const startedAt = performance.now();
  const { statusCode, body } = await request(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event: eventOf(randomUUID()) }),
  });
  await body.dump();
  if (statusCode !== 201) throw new Error(`An event was answered with ${statusCode}.`);
  return performance.now() - startedAt;
}

/** How many notifications there are. */
async function sent({ url }: Service, token: string): Promise<number> {
  const { body } = await request(`${url}/v1/notifications/stats`, { headers: { authorization: `Bearer ${token}` } });
  return ((await body.json()) as { total: { sent: number } }).total.sent;
}
