import type { Migration } from 'kysely';
import * as initial from './0001-initial.js';
import * as idempotencyKeys from './0002-idempotency-keys.js';
import * as oldSecret from './0003-old-secret.js';
import * as clientExpiry from './0004-client-expiry.js';
import * as longHistory from './0005-long-history.js';
import * as batchKeys from './0006-batch-keys.js';
import * as claimsInMemory from './0007-claims-in-memory.js';
import * as writeProbe from './0008-write-probe.js';
import * as listenerPlace from './0009-listener-place.js';
import * as dueByType from './0010-due-by-type.js';
import * as subscriptionPeriods from './0011-subscription-periods.js';
import * as calendarEntries from './0012-calendar-entries.js';

/** Every step from an empty database to today's, by name and in order. A step that was released is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-idempotency-keys': idempotencyKeys,
  '0003-old-secret': oldSecret,
  '0004-client-expiry': clientExpiry,
  '0005-long-history': longHistory,
  '0006-batch-keys': batchKeys,
  '0007-claims-in-memory': claimsInMemory,
  '0008-write-probe': writeProbe,
  '0009-listener-place': listenerPlace,
  '0010-due-by-type': dueByType,
  '0011-subscription-periods': subscriptionPeriods,
  '0012-calendar-entries': calendarEntries,
};
