import type { Account } from '../model/account.js';
import type { TokenHolder } from './records.js';

/** What is read of whoever an access token was given to. */
export interface HolderRow extends Account {
  readonly client_id: string;
  readonly expires_at: number;
}

export function toTokenHolder({ client_id: clientId, expires_at: expiresAt, ...account }: HolderRow): TokenHolder {
  return { account, clientId, expiresAt };
}
