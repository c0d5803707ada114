import type { Listener } from '../../model/listener.js';
import type { Statements } from './statements.js';

/** Every request to an inbox looks its listener up. */
export async function listenerOf(
  statements: Statements,
  id: string,
): Promise<(Listener & { readonly accountId: string }) | undefined> {
  const [row] = await statements.rows<Listener & { readonly accountId: string }>(LISTENER, [id]);
  return row;
}

const LISTENER = `
  SELECT id, account_id AS "accountId", name, webhook_id AS "webhookId", created_at AS "createdAt" FROM listeners
  WHERE removed_at IS NULL AND id = $1`;
