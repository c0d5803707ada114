import type { Kysely } from 'kysely';
import { runEach } from './each-statement.js';

/**
 * The indexes of what is due, pending and in a line, on expressions and with conditions that are used by whoever writes the
 * same ones, and by nobody else: see `lookups.ts`.
 */
export function up(db: Kysely<unknown>): Promise<void> {
  return runEach(db, INDEXES);
}

const INDEXES = `
DROP INDEX notifications_due, notifications_due_by_type, notifications_pending, notifications_order, notifications_turn;
CREATE INDEX notifications_due ON notifications ((webhook_row + 0), due_at, row) WHERE due_at >= 0;
CREATE INDEX notifications_due_by_type ON notifications ((webhook_row + 0), listener_type, due_at, row)
  WHERE due_at >= 0 AND listener_type IS NOT NULL;
CREATE INDEX notifications_pending ON notifications ((webhook_row + 0), row) WHERE status = 'pending';
CREATE INDEX notifications_order ON notifications ((webhook_row::text || ' ' || order_key), row)
  WHERE (status || '') = 'pending' AND order_key IS NOT NULL;
CREATE UNIQUE INDEX notifications_turn ON notifications ((webhook_row::text || ' ' || order_key))
  WHERE due_at IS NOT NULL AND order_key IS NOT NULL;
`;
