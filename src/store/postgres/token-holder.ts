import type { TokenHolder } from '../records.js';
import { toTokenHolder, type HolderRow } from '../token-holder.js';
import type { Statements } from './statements.js';

/** Every request asks for it. */
export async function holderOfToken(
  statements: Statements,
  hash: string,
  now: number,
): Promise<TokenHolder | undefined> {
  const [row] = await statements.rows<HolderRow>(HOLDER_OF_TOKEN, [hash, now]);
  return row && toTokenHolder(row);
}

const HOLDER_OF_TOKEN = `
  SELECT a.id, a.name, a.code, t.client_id, t.expires_at FROM tokens t JOIN accounts a ON a.id = t.account_id
  WHERE t.hash = $1 AND t.kind = 'access' AND t.expires_at > $2`;
