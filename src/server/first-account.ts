import { newCredentials, verifyCredentials, type Credentials } from '../api/credentials.js';
import type { Account, Calendar } from '../model/account.js';
import type { Store } from '../store/store.js';
import { newGuid } from '../util/ids.js';

export interface FirstAccount {
  readonly account: Account;
  /** True when it was made just now. */
  readonly isNew: boolean;
}

/** The account of an embedded service. On an empty store it is made, with one calendar. */
export async function firstAccount(store: Store, now: number): Promise<FirstAccount> {
  const known = await store.firstAccount();
  return known ? { account: known, isNew: false } : addFirstAccount(store, now);
}

/** Whether these log in as the account, and go on doing so: those that were replaced hold only for a while longer. */
export async function logsInAs(
  store: Store,
  account: Account,
  credentials: Credentials,
  now: number,
): Promise<boolean> {
  const client = await verifyCredentials(store, credentials, now);
  return client?.accountId === account.id && client.expiresAt === null;
}

/** Whether the account has credentials that go on holding. */
export async function hasCredentials(store: Store, account: Account): Promise<boolean> {
  const clients = await store.clients();
  return clients.some(({ accountId, expiresAt }) => accountId === account.id && expiresAt === null);
}

/** Gives the account credentials, beside those that it has. */
export async function addCredentials(store: Store, account: Account, now: number): Promise<Credentials> {
  const { credentials, client } = await newCredentials(account.id);
  await store.write((transaction) => transaction.addClient({ ...client, createdAt: now }));
  return credentials;
}

async function addFirstAccount(store: Store, now: number): Promise<FirstAccount> {
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
  return store.write(async (transaction) => {
    // Another process on the same database may have started in the same moment.
    const known = await transaction.firstAccount();
    if (known) return { account: known, isNew: false };
    await transaction.addAccount({ ...account, createdAt: now });
    await transaction.addCalendar(account.id, calendar);
    return { account, isNew: true };
  });
}
