import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { newTimeId } from '../../src/util/ids.js';
import { eventOf } from './event-body.js';
import type { Home } from './calreply.js';

/** Where what was seeded leads to. The second is turned off, so that what is pending there stays so. */
export interface SeedTargets {
  readonly accountId: string;
  readonly webhookId: string;
  readonly disabledWebhookId: string;
}

/** How many of the newest notifications are as old as {@link Seeded.recent} at most. */
const RECENT = 20;
/** In milliseconds: a day less than a history is kept, so that all of it is there. */
const SPAN = 29 * 24 * 3_600_000;
const TYPES = ['Subscribe', 'Unsubscribe', 'SubscriptionDetailsUpdated'] as const;

/** What the queries of the bench ask for. */
export interface Seeded {
  /** Times after which there are {@link RECENT} notifications. */
  readonly recent: string;
  /** The cursor of the middle of the history. */
  readonly middle: string;
}

/**
 * Writes `count` notifications, each of an event of its own and with its attempts, straight into the tables of a service
 * that does not run: nineteen of twenty delivered at once, the others given up after three attempts, or pending.
 */
export function seedHistory({ folder }: Home, targets: SeedTargets, count: number): Seeded {
  const db = new DatabaseSync(join(folder, 'data', 'calreply.db'));
  // Nothing here must survive a power cut, and the indexes are written while they are in memory.
  db.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -600000; BEGIN');
  const indexes = takeIndexes(db);
  const now = Date.now();
  const timeOf = (place: number) => now - Math.round(((count - place) / count) * SPAN) - 1_000;
  writeRows(db, targets, count, timeOf);
  for (const index of indexes) db.exec(index);
  db.exec('COMMIT');
  db.exec('PRAGMA journal_mode = WAL');
  db.close();
  return {
    recent: new Date(timeOf(count - RECENT)).toISOString(),
    middle: Buffer.from(String(Math.ceil(count / 2))).toString('base64url'),
  };
}

type Database = InstanceType<typeof DatabaseSync>;

/** Takes the indexes off and gives what makes them: at once, at the end, that takes half as long. */
function takeIndexes(db: Database): readonly string[] {
  const indexes = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
  return indexes.map(({ sql }) => sql);
}

function writeRows(
  db: Database,
  { accountId, webhookId, disabledWebhookId }: SeedTargets,
  count: number,
  timeOf: (place: number) => number,
): void {
  const rowOf = (id: string) => (db.prepare('SELECT row FROM webhooks WHERE id = ?').get(id) as { row: number }).row;
  const webhookRow = rowOf(webhookId);
  const disabledRow = rowOf(disabledWebhookId);
  const insertEvent = db.prepare(
    `INSERT INTO events (row, id, account_id, type, source, is_test, subscription_id, calendar_code, body, created_at)
     VALUES (?, ?, ?, ?, 'service', 0, ?, ?, ?, ?)`,
  );
  const insertNotification = db.prepare(
    `INSERT INTO notifications (row, id, account_id, event_row, webhook_row, status, attempt_count, order_key, due_at,
       first_attempt_at, last_status, created_at, finished_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertAttempt = db.prepare(
    `INSERT INTO attempts (notification_row, number, started_at, duration_ms, status, answer) VALUES (?, ?, ?, ?, ?, 'ok')`,
  );
  // Lists do not read what an event says; it only takes the space that it does.
  const body = Buffer.from(JSON.stringify(eventOf(randomUUID())));
  for (let row = 1; row <= count; row += 1) {
    const time = timeOf(row);
    const subscriptionId = randomUUID();
    const isPending = row % 100 === 0;
    const isFailed = row % 25 === 0 && !isPending;
    const status = isPending ? 'pending' : isFailed ? 'failed' : 'delivered';
    const attempts = isPending ? 0 : isFailed ? 3 : 1;
    const answer = isPending ? null : isFailed ? 500 : 200;
    const calendar = row % 5 === 0 ? 'my-other-calendar' : 'my-sports-calendar';
    // A type that is rare however long the history is, and of which nothing is pending.
    const type = row === Math.ceil(count / 2) + 1 ? 'Test' : (TYPES[row % TYPES.length] ?? 'Subscribe');
    insertEvent.run(row, randomUUID(), accountId, type, subscriptionId, calendar, body, time);
    insertNotification.run(
      row,
      newTimeId('ntf', time),
      accountId,
      row,
      isPending ? disabledRow : webhookRow,
      status,
      attempts,
      subscriptionId,
      isPending ? time : null,
      attempts > 0 ? time : null,
      answer,
      time,
      isPending ? null : time + durationOf(row),
    );
    for (let number = 1; number <= attempts; number += 1) insertAttempt.run(row, number, time, durationOf(row), answer);
  }
}

/** From a millisecond up to a quarter of a minute, most of them short, as receivers answer. */
function durationOf(row: number): number {
  return Math.ceil(15_000 ** (((row * 7_919) % 10_007) / 10_007));
}
