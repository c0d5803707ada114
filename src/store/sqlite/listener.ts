import type { Listener } from '../../model/listener.js';
import type { Statements } from './statements.js';

/** Every request to an inbox looks its listener up, so it is plain SQL. */
export function listenerOf(
  statements: Statements,
  id: string,
): (Listener & { readonly accountId: string }) | undefined {
  return statements.row(LISTENER, id);
}

const LISTENER = `
  SELECT id, account_id AS accountId, name, webhook_id AS webhookId, created_at AS createdAt FROM listeners
  WHERE removed_at IS NULL AND id = ?`;
