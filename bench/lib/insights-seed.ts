import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { seededRandom, pick, type Random } from '../../src/util/seeded-random.js';
import { changedPeriods } from '../../src/model/subscription-period.js';
import type { SubscriptionChange } from '../../src/model/subscription-change.js';
import { PERIOD_COLUMNS, periodColumns } from '../../src/store/subscription-periods.js';
import type { Home } from './calreply.js';

const DAY = 86_400_000;
/** Over so many days they subscribed. */
const DAYS = 300;

const INSERT = `
  INSERT INTO subscription_periods (${PERIOD_COLUMNS.join(', ')}) VALUES (${PERIOD_COLUMNS.map(() => '?').join(', ')})`;

/** The database of a service. */
export function databaseFile({ folder }: Home): string {
  return join(folder, 'data', 'calreply.db');
}

/**
 * Writes what `events` events come to, straight into the table that they are folded into: three of four are a Subscribe, and
 * every third of those who subscribed unsubscribed within a month.
 *
 * @returns how many periods that is
 */
export function seedPeriods(home: Home, accountId: string, events: number): number {
  const db = new DatabaseSync(databaseFile(home));
  const random = seededRandom(7);
  const insert = db.prepare(INSERT);
  const periods = Math.round((events * 3) / 4);
  const start = Date.now() - DAYS * DAY;
  // Nothing here must survive a power cut.
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -600000; BEGIN');
  for (let number = 0; number < periods; number += 1) {
    const at = start + Math.floor((number * DAYS * DAY) / periods);
    const columns = periodColumns(periodAt(random, at, periods), { accountId, isTest: false });
    insert.run(...PERIOD_COLUMNS.map((name) => columns[name]));
  }

  db.exec('COMMIT');
  db.close();
  return periods;
}

function periodAt(random: Random, at: number, people: number) {
  const id = randomUUID();
  const [period] = changedPeriods(undefined, subscribed(random, id, at, people));
  if (!period) throw new Error('a change made no period');
  return random() < 1 / 3 ? { ...period, endedAt: at + Math.floor(random() * 30 * DAY) } : period;
}

function subscribed(random: Random, subscriptionId: string, at: number, people: number): SubscriptionChange {
  const email = `person${Math.floor(random() * people)}@example.com`;
  return {
    ...({ kind: 'subscribed', subscriptionId, at, cleared: [] } as const),
    facts: {
      calendarCode: `calendar-${Math.floor(random() * 5)}`,
      ...{ subscriberEmail: email, subscriberId: email, marketingAllowed: random() < 0.6, additionalOptIn: false },
      tags: pick(random, [['Hawks'], ['Rovers'], ['Hawks', 'Rovers'], []]),
      zipCode: String(90_000 + Math.floor(random() * 5_000)),
      ...{ timezone: 'Pacific Standard Time', countryCode: 'US' },
      utmSource: pick(random, ['newsletter', 'instagram', 'website', null]),
      utmMedium: pick(random, ['email', 'social', null]),
      utmCampaign: `campaign-${Math.floor(random() * 10)}`,
    },
  };
}
