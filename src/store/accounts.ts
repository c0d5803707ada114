import type { Kysely, Selectable } from 'kysely';
import type { Account, Calendar } from '../model/account.js';
import type { KeptAccount, StoredToken, StoreReads, StoreWrites } from './store.js';
import type { Tables } from './tables.js';

/** Reads accounts with what belongs to them: calendars, clients and tokens. */
export function accountReads(
  db: Kysely<Tables>,
): Pick<
  StoreReads,
  | 'firstAccount'
  | 'accounts'
  | 'accountByCode'
  | 'calendars'
  | 'calendar'
  | 'calendarById'
  | 'client'
  | 'clients'
  | 'token'
> {
  const withTags = async (calendar: Selectable<Tables['calendars']>): Promise<Calendar> => {
    const tags = await db
      .selectFrom('tags')
      .selectAll()
      .where('calendar_id', '=', calendar.id)
      .orderBy('row')
      .execute();
    const { id, code, title } = calendar;
    return { id, code, title, tags: tags.map((tag) => ({ id: tag.id, name: tag.name, externalId: tag.external_id })) };
  };
  const calendarsOf = (accountId: string) => db.selectFrom('calendars').selectAll().where('account_id', '=', accountId);

  return {
    async firstAccount() {
      const row = await db.selectFrom('accounts').selectAll().orderBy('row').limit(1).executeTakeFirst();
      return row && toAccount(row);
    },
    async accounts() {
      const rows = await db.selectFrom('accounts').selectAll().orderBy('row').execute();
      return rows.map(toKeptAccount);
    },
    async accountByCode(code) {
      const row = await db.selectFrom('accounts').selectAll().where('code', '=', code).executeTakeFirst();
      return row && toKeptAccount(row);
    },
    async calendars(accountId) {
      const rows = await calendarsOf(accountId).orderBy('row').execute();
      return Promise.all(rows.map(withTags));
    },
    async calendar(accountId, code) {
      const row = await calendarsOf(accountId).where('code', '=', code).executeTakeFirst();
      return row && withTags(row);
    },
    async calendarById(accountId, id) {
      const row = await calendarsOf(accountId).where('id', '=', id).executeTakeFirst();
      return row && withTags(row);
    },
    async client(clientId) {
      const row = await db.selectFrom('clients').selectAll().where('client_id', '=', clientId).executeTakeFirst();
      return (
        row && {
          clientId: row.client_id,
          secretHash: row.secret_hash,
          accountId: row.account_id,
          expiresAt: row.expires_at,
        }
      );
    },
    async clients() {
      const rows = await db.selectFrom('clients').selectAll().orderBy('row').execute();
      return rows.map((row) => ({
        clientId: row.client_id,
        accountId: row.account_id,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      }));
    },
    async token(hash) {
      const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row && toToken(row);
    },
  };
}

export function accountWrites(
  db: Kysely<Tables>,
): Pick<
  StoreWrites,
  'addAccount' | 'addCalendar' | 'addClient' | 'endClients' | 'addToken' | 'removeToken' | 'removeExpiredTokens'
> {
  return {
    async addAccount({ id, name, code, createdAt }) {
      await db.insertInto('accounts').values({ id, name, code, created_at: createdAt }).execute();
    },
    async addCalendar(accountId, { id, code, title, tags }) {
      await db.insertInto('calendars').values({ id, account_id: accountId, code, title }).execute();
      for (const tag of tags) {
        const row = { id: tag.id, calendar_id: id, name: tag.name, external_id: tag.externalId };
        await db.insertInto('tags').values(row).execute();
      }
    },
    async addClient({ clientId, secretHash, accountId, createdAt, expiresAt }) {
      const row = {
        client_id: clientId,
        secret_hash: secretHash,
        account_id: accountId,
        created_at: createdAt,
        expires_at: expiresAt,
      };
      await db.insertInto('clients').values(row).execute();
    },
    async endClients(accountId, { now, until }) {
      await db
        .updateTable('clients')
        .set({ expires_at: until })
        .where('account_id', '=', accountId)
        .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', until)]))
        .execute();
      const ended = db
        .selectFrom('clients')
        .select('client_id')
        .where('account_id', '=', accountId)
        .where('expires_at', '<=', now);
      await db.deleteFrom('tokens').where('client_id', 'in', ended).execute();
      await db.deleteFrom('clients').where('client_id', 'in', ended).execute();
    },
    async addToken({ hash, kind, clientId, accountId, expiresAt }) {
      const row = { hash, kind, client_id: clientId, account_id: accountId, expires_at: expiresAt };
      await db.insertInto('tokens').values(row).execute();
    },
    async removeToken(hash) {
      const { numDeletedRows } = await db.deleteFrom('tokens').where('hash', '=', hash).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async removeExpiredTokens(now) {
      await db.deleteFrom('tokens').where('expires_at', '<=', now).execute();
    },
  };
}

function toAccount({ id, name, code }: Selectable<Tables['accounts']>): Account {
  return { id, name, code };
}

function toKeptAccount(row: Selectable<Tables['accounts']>): KeptAccount {
  return { ...toAccount(row), createdAt: row.created_at };
}

function toToken(row: Selectable<Tables['tokens']>): StoredToken {
  return {
    hash: row.hash,
    kind: row.kind,
    clientId: row.client_id,
    accountId: row.account_id,
    expiresAt: row.expires_at,
  };
}
