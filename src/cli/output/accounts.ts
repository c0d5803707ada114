import type { AccountSummary, AddedAccount, RotatedCredentials } from '../../api/contract.js';
import { shellWord } from '../../util/shell-word.js';
import { LOCAL_PROFILE } from '../context.js';
import type { CredentialsFile, WithClientSecret } from '../credentials-file.js';
import { dim, green, yellow } from './colors.js';
import { renderTable } from './table.js';
import { printable } from './terminal.js';
import { command, localTime, renderFields } from './text.js';

/** What `accounts add --json` prints. The secret is null with --write-env. */
export type AddedAccountJson = WithClientSecret<AddedAccount>;

/** What `accounts rotate-credentials --json` prints. The secret is null with --write-env. */
export type RotatedCredentialsJson = WithClientSecret<RotatedCredentials>;

/** @param add the command that adds one */
export function renderAccounts(accounts: readonly AccountSummary[], add: string): string {
  if (accounts.length === 0) return `There are no accounts yet. Add one with: ${command(add)}`;
  return renderTable<AccountSummary>(
    [
      { head: 'CODE', cell: ({ code }) => code, shrinks: true },
      { head: 'NAME', cell: ({ name }) => name, shrinks: true },
      { head: 'CLIENTS', cell: ({ clients }) => String(clients.length) },
      {
        head: 'CREATED',
        cell: ({ createdAt }) => createdAt,
        brief: ({ createdAt }) => localTime(createdAt),
        canGo: true,
      },
    ],
    accounts,
  );
}

/** Where the credentials are, or are to go. */
interface Shown {
  /** Where the account logs in; null when that is not known here. */
  readonly loginUrl: string | null;
  readonly file: CredentialsFile | undefined;
}

export function renderAddedAccount(account: AddedAccountJson, shown: Shown): string {
  const { name, code, calendar } = account;
  return [
    `${green('✓')} Account ${printable(code)} is added.`,
    renderFields([
      ['name', printable(name)],
      ['calendar', printable(`${calendar.title} (${calendar.code})`)],
      ...credentialFields(account, shown),
    ]),
    ...closingLines(account, shown),
  ].join('\n');
}

/** What its programs have to do, and by when. */
export function renderRotatedCredentials(account: RotatedCredentialsJson, shown: Shown): string {
  const { code, oldUntil } = account;
  return [
    `${green('✓')} Account ${printable(code)} has new credentials.`,
    renderFields([
      ...credentialFields(account, shown),
      ['old ones', oldUntil === null ? yellow('hold no more') : `hold as well until ${localTime(oldUntil)}`],
    ]),
    ...closingLines(account, shown),
  ].join('\n');
}

function credentialFields(
  { clientId, clientSecret }: AddedAccountJson | RotatedCredentialsJson,
  { file }: Shown,
): [name: string, value: string | null][] {
  return [
    ['client id', printable(clientId)],
    ['secret', file ? `in ${printable(file.path)}, with the client id` : clientSecret && printable(clientSecret)],
  ];
}

function closingLines({ code, clientId }: { code: string; clientId: string }, { loginUrl, file }: Shown): string[] {
  const words = [
    'calreply login',
    `--api-url ${loginUrl === null ? 'URL' : shellWord(loginUrl)}`,
    `--client-id ${shellWord(clientId)}`,
    ...(code === LOCAL_PROFILE ? [] : [`--profile ${shellWord(code)}`]),
  ];
  const when = loginUrl === null ? 'Once the service runs, log in at its URL with' : 'Log in with';
  const logIn = `${when}: ${command(words.join(' '))}`;
  return file ? [logIn] : [logIn, dim('It asks for the secret, which is shown this once.')];
}

/** What to do about credentials that were made, and could not be shown. */
export function credentialsLostText(code: string): string {
  return `The credentials were not shown. Make new ones with: calreply accounts rotate-credentials ${shellWord(code)}`;
}
