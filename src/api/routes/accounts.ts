import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { Account } from '../../model/account.js';
import { codeOf, isCode } from '../../model/code-of.js';
import type { KeptAccount, KeptClient, StoreReads } from '../../store/store.js';
import { newGuid } from '../../util/ids.js';
import type { AppOptions } from '../app-options.js';
import {
  AccountList,
  AddAccount,
  AddedAccount,
  API,
  RotateCredentials,
  RotatedCredentials,
  type AccountSummary,
} from '../contract.js';
import { holds, newCredentials } from '../credentials.js';
import { isoTime, isoTimeOrNull } from '../resources.js';
import { bodyMayBeAbsent } from '../validation.js';

/** How long the old credentials of an account hold after a rotation: a day to bring the new ones to its programs. */
const OVERLAP = 24 * 60 * 60_000;

/** `/v1/accounts`: the accounts of this service, for who runs it. */
export function operatorRoutes(app: FastifyInstance, { store, clock, reconnect }: AppOptions, done: () => void): void {
  const tags = ['operator'];

  app.get(
    `${API}/accounts`,
    { schema: { summary: 'All accounts', tags, response: { 200: AccountList } } },
    async (): Promise<AccountList> => {
      const [accounts, clients] = [await store.accounts(), await store.clients()];
      const now = clock.now();
      return {
        accounts: accounts.map((account) =>
          accountSummary(
            account,
            clients.filter((client) => holds(client, now)),
          ),
        ),
      };
    },
  );

  app.post<{ Body: AddAccount }>(
    `${API}/accounts`,
    {
      schema: {
        summary: 'Add an account, with a calendar and credentials',
        tags,
        body: AddAccount,
        response: { 201: AddedAccount },
      },
    },
    async ({ body }, reply) => {
      const account = { ...newAccount(body), createdAt: clock.now() };
      const calendar = {
        code: checkedCode(body.calendar?.code ?? 'my-calendar', 'a calendar'),
        title: body.calendar?.title?.trim() ?? 'My Calendar',
      };
      const { credentials, client } = await newCredentials(account.id);
      await store.write(async (transaction) => {
        if (await transaction.accountByCode(account.code)) throw taken(account.code);
        await transaction.addAccount(account);
        await transaction.addCalendar(account.id, { id: newGuid(), ...calendar, tags: [] });
        await transaction.addClient({ ...client, createdAt: account.createdAt });
      });
      return reply.status(201).send({ ...account, createdAt: isoTime(account.createdAt), calendar, ...credentials });
    },
  );

  app.post<{ Params: { code: string }; Body: RotateCredentials }>(
    `${API}/accounts/:code/credentials`,
    {
      schema: {
        summary: 'Give an account new credentials; for 24 hours the old ones hold as well',
        tags,
        body: RotateCredentials,
        response: { 200: RotatedCredentials },
      },
      preValidation: bodyMayBeAbsent,
    },
    async ({ params, body }): Promise<RotatedCredentials> => {
      const known = await existing(store, params.code);
      const { credentials, client } = await newCredentials(known.id);
      const now = clock.now();
      const oldUntil = body.now === true ? null : now + OVERLAP;
      await store.write(async (transaction) => {
        await transaction.endClients(known.id, { now, until: oldUntil ?? now });
        await transaction.addClient({ ...client, createdAt: now });
      });
      // A tunnel asks for a token only when it begins.
      if (oldUntil === null) for (const listener of await store.listeners(known.id)) reconnect(listener.id);
      const { id, name, code } = known;
      return { id, name, code, createdAt: isoTime(known.createdAt), ...credentials, oldUntil: isoTimeOrNull(oldUntil) };
    },
  );
  done();
}

function newAccount({ name, code }: AddAccount): Account {
  const chosen = code === undefined ? codeOf(name) : checkedCode(code, 'an account');
  if (chosen !== undefined) return { id: newGuid(), name: name.trim(), code: chosen };
  throw new CalReplyError('InvalidRequest', `No code can be made of the name “${name}”.`, {
    hint: 'Choose one of small letters, digits and -, with --code.',
  });
}

function checkedCode(code: string, of: string): string {
  if (isCode(code)) return code;
  throw new CalReplyError('InvalidRequest', `“${code}” cannot be the code of ${of}.`, {
    hint: 'Use up to 63 small letters, digits and -, such as acme-sports.',
  });
}

function taken(code: string): CalReplyError {
  return new CalReplyError('Conflict', `There is an account ${code} already.`, {
    hint: 'Choose another code with --code, or see them all with: calreply accounts list',
  });
}

async function existing(store: Pick<StoreReads, 'accountByCode'>, code: string): Promise<KeptAccount> {
  const account = await store.accountByCode(code);
  if (account) return account;
  throw new CalReplyError('NotFound', `There is no account ${code}.`, {
    hint: 'See them with: calreply accounts list',
  });
}

function accountSummary({ createdAt, ...account }: KeptAccount, clients: readonly KeptClient[]): AccountSummary {
  return {
    ...account,
    createdAt: isoTime(createdAt),
    clients: clients
      .filter(({ accountId }) => accountId === account.id)
      .map((client) => ({
        clientId: client.clientId,
        createdAt: isoTime(client.createdAt),
        expiresAt: isoTimeOrNull(client.expiresAt),
      })),
  };
}
