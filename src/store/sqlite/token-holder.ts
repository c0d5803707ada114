import type { TokenHolder } from '../records.js';
import { toTokenHolder, type HolderRow } from '../token-holder.js';
import type { Statements } from './statements.js';

/** Every request asks for it, so it is plain SQL. */
export function holderOfToken(statements: Statements, hash: string, now: number): TokenHolder | undefined {
  const row = statements.row<HolderRow>(HOLDER_OF_TOKEN, hash, now);
  return row && toTokenHolder(row);
}

const HOLDER_OF_TOKEN = `
  SELECT a.id, a.name, a.code, t.client_id, t.expires_at FROM tokens t JOIN accounts a ON a.id = t.account_id
  WHERE t.hash = ? AND t.kind = 'access' AND t.expires_at > ?`;
