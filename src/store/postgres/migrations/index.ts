import type { Migration } from 'kysely';
import * as initial from './0001-initial.js';
import * as ownIndexes from './0002-own-indexes.js';
import * as subscriptionPeriods from './0003-subscription-periods.js';
import * as calendarEntries from './0004-calendar-entries.js';

/** Every step from an empty database to today's, by name and in order. A step that was released is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-own-indexes': ownIndexes,
  '0003-subscription-periods': subscriptionPeriods,
  '0004-calendar-entries': calendarEntries,
};
