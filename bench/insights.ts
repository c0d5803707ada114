/* What a million events say, and how long it takes: the service against SQL that somebody would write for it by hand. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { openSqlite } from '../src/store/sqlite/connection.js';
import { accessToken, startService, stop, temporaryHome, type Home, type Service } from './lib/calreply.js';
import { countOf } from './lib/flags.js';
import { databaseFile, seedPeriods } from './lib/insights-seed.js';
import { greatest, median } from './lib/stats.js';
import { print, tableText } from './lib/table.js';

const HOUR = 3_600_000;
/** What somebody writes who knows the tables, for a place one hour ahead of UTC all year. */
const FROM = 'FROM subscription_periods WHERE account_id = ? AND is_test = 0';
const SUBSCRIBED = `${FROM} AND subscribed_at IS NOT NULL`;
const DAY_OF = (time: string) => `(${time} + ${HOUR}) / ${24 * HOUR}`;
const BY_HAND: Readonly<Record<string, readonly string[]>> = {
  times: [`SELECT (subscribed_at + ${HOUR}) / ${HOUR} % 168 AS hour, count(*) ${SUBSCRIBED} GROUP BY hour`],
  growth: [
    `SELECT ${DAY_OF('subscribed_at')} AS day, count(*) ${SUBSCRIBED} GROUP BY day`,
    `SELECT ${DAY_OF('ended_at')} AS day, count(*) ${FROM} AND ended_at IS NOT NULL GROUP BY day`,
  ],
  campaigns: [
    `SELECT ${DAY_OF('subscribed_at')} AS day, utm_campaign, utm_medium, utm_source, count(*), count(ended_at)
      ${SUBSCRIBED} GROUP BY day, utm_campaign, utm_medium, utm_source`,
  ],
  tags: [`SELECT tags, count(*), count(ended_at) ${SUBSCRIBED} GROUP BY tags`],
  'tags in 941*': [
    `SELECT tags, count(*), count(ended_at) ${SUBSCRIBED} AND substr(zip_code, 1, 3) = '941' GROUP BY tags`,
  ],
};
const CALLS: Readonly<Record<string, string>> = {
  times: '/v1/insights/times?timeZone=Europe/Berlin',
  growth: '/v1/insights/growth?timeZone=Europe/Berlin',
  campaigns: '/v1/insights/campaigns?timeZone=Europe/Berlin',
  tags: '/v1/insights/tags',
  'tags in 941*': '/v1/insights/tags?zip=941*',
};

/** Each within so many milliseconds, and so many times what is written by hand. */
const GOAL_MS = 2_000;
const GOAL_RATIO = 1.3;
/** While an insight is counted, something else is asked this often, in milliseconds. */
const PING_EVERY = 5;

const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const events = countOf('events', values.events);
const rounds = countOf('rounds', values.rounds);
const home = temporaryHome();
try {
  const accountId = await makeTables(home);
  const startedAt = performance.now();
  const periods = seedPeriods(home, accountId, events);
  print(
    `${events} events come to ${periods} periods; written in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`,
  );
  const byHand = openByHand(home, accountId);
  const service = await startService(home);
  try {
    await report(service, byHand);
  } finally {
    byHand.close();
    await stop(service.process);
  }
} finally {
  home.remove();
}

/** Starts a service once, which makes its tables and an account. */
async function makeTables(fresh: Home): Promise<string> {
  const first = await startService(fresh);
  const { id } = (await ask(first, '/v1/account', await accessToken(first))) as { readonly id: string };
  await stop(first.process);
  return id;
}

interface ByHand {
  /** How long the statements of an insight take, in milliseconds. */
  timeOf(name: string): number;
  close(): void;
}

/** The same tables in a folder of their own, since the service lets nobody else have its; opened as the service does. */
function openByHand(seeded: Home, accountId: string): ByHand {
  const folder = join(seeded.folder, 'by-hand');
  mkdirSync(folder);
  copyFileSync(databaseFile(seeded), join(folder, 'calreply.db'));
  const db = openSqlite(folder);
  return {
    timeOf(name) {
      const startedAt = performance.now();
      for (const sql of BY_HAND[name] ?? []) db.rows(sql, accountId);
      return performance.now() - startedAt;
    },
    close: () => db.close(),
  };
}

async function report(service: Service, byHand: ByHand): Promise<void> {
  const token = await accessToken(service);
  const rows: string[][] = [];
  for (const [name, path] of Object.entries(CALLS)) {
    const times: number[] = [];
    const handTimes: number[] = [];
    const waits: number[] = [];
    // The first of each finds pages on the disk.
    byHand.timeOf(name);
    await ask(service, path, token);
    for (let round = 0; round < rounds; round += 1) {
      handTimes.push(byHand.timeOf(name));
      const startedAt = performance.now();
      await ask(service, path, token);
      times.push(performance.now() - startedAt);
      // Apart, since who asks meanwhile takes time as well.
      const pings = pingUntil(service);
      await ask(service, path, token);
      waits.push(await pings.stop());
    }

    const [ours, hand] = [median(times), median(handTimes)];
    const isMet = ours <= GOAL_MS && ours <= GOAL_RATIO * hand;
    rows.push([
      ...[name, ours.toFixed(0), hand.toFixed(0), `${(ours / hand).toFixed(2)}×`],
      ...[median(waits).toFixed(0), isMet ? 'met' : 'MISSED'],
    ]);
  }

  print(tableText(['insight', 'call, ms', 'by hand, ms', 'ratio', 'longest wait of another, ms', 'goal'], rows));
}

/** Asks whether the service is alive, again and again; `stop` gives the longest time that took. */
function pingUntil({ url }: Service): { stop: () => Promise<number> } {
  const times: number[] = [0];
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      await (await request(`${url}/health`)).body.dump();
      times.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, PING_EVERY));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await done;
      return greatest(times);
    },
  };
}

async function ask({ url }: Service, path: string, token: string): Promise<unknown> {
  const { statusCode, body } = await request(url + path, { headers: { authorization: `Bearer ${token}` } });
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${await body.text()}`);
  return body.json();
}
