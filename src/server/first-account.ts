import { newCredentials, verifyCredentials, type Credentials } from '../api/credentials.js';
import type { Account, Calendar } from '../model/account.js';
import type { Store } from '../store/store.js';
import { newGuid } from '../util/ids.js';

/**
 * The account of an embedded service, with credentials for it: those that were passed in where they still hold, new ones
 * otherwise. On an empty store the account is made, with one calendar.
 */
export async function firstAccount(store: Store, now: number, known: Credentials | undefined): Promise<FirstAccount> {
  const before = await store.firstAccount();
  const account = before ?? (await addFirstAccount(store, now));
  const inUse = known && (await verifyCredentials(store, known, now));
  // Those that were replaced, and hold only for a while longer, are as good as none.
  if (known && inUse?.accountId === account.id && inUse.expiresAt === null) {
    return { account, credentials: known, wereMade: false };
  }

  const { credentials, client } = await newCredentials(account.id);
  await store.write((transaction) => transaction.addClient({ ...client, createdAt: now }));
  return { account, credentials, wereMade: before !== undefined };
}

export interface FirstAccount {
  readonly account: Account;
  readonly credentials: Credentials;
  /** True when the account was there, and these credentials were added to those it had. */
  readonly wereMade: boolean;
}

async function addFirstAccount(store: Store, now: number): Promise<Account> {
  const account: Account = { id: newGuid(), name: 'Your Account', code: 'your-account' };
  const calendar: Calendar = {
    id: newGuid(),
    title: 'My Sports Calendar',
    code: 'my-sports-calendar',
    tags: ['Home games', 'Away games', 'Play-offs'].map((name) => ({
      id: newGuid(),
      name,
      externalId: name.toLowerCase().replace(' ', '-'),
    })),
  };
  await store.write(async (transaction) => {
    await transaction.addAccount({ ...account, createdAt: now });
    await transaction.addCalendar(account.id, calendar);
  });
  return account;
}
