import { CalReplyError } from '../errors.js';
import type { DatabaseAddress } from '../server/config.js';
import { shellWord } from '../util/shell-word.js';
import type { Environment } from './context.js';

/** What the flags of a command say of a database. */
export interface DatabaseFlags {
  readonly database?: string | undefined;
  readonly 'listen-database'?: string | undefined;
  /** The flag that named it; `--database` when absent. */
  readonly flag?: string;
}

/**
 * The PostgreSQL that a service keeps everything in: flag before variable; undefined without either. A password is taken from
 * variables only, since every user of the machine sees what a process was started with.
 *
 * @throws {CalReplyError} WrongUse
 */
export function databaseAddress(
  flags: DatabaseFlags,
  { databaseUrl, databaseListenUrl }: Pick<Environment, 'databaseUrl' | 'databaseListenUrl'>,
): DatabaseAddress | undefined {
  const { database, 'listen-database': listen, flag = '--database' } = flags;
  if (database !== undefined) refusePassword(flag, database, 'CALREPLY_DATABASE_URL');
  if (listen !== undefined) refusePassword('--listen-database', listen, 'CALREPLY_DATABASE_LISTEN_URL');
  const url = database ?? databaseUrl;
  if (url === undefined) {
    if (listen === undefined) return undefined;
    throw new CalReplyError('WrongUse', '--listen-database goes with --database, which is missing.');
  }

  assertAddress(url, database === undefined ? 'CALREPLY_DATABASE_URL' : flag);
  const listenUrl = listen ?? databaseListenUrl;
  if (listenUrl === undefined) return { url };
  assertAddress(listenUrl, listen === undefined ? 'CALREPLY_DATABASE_LISTEN_URL' : '--listen-database');
  return { url, listenUrl };
}

function refusePassword(flag: string, url: string, variable: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || (parsed.password === '' && !parsed.searchParams.has('password'))) return;
  throw new CalReplyError(
    'WrongUse',
    `The address in ${flag} has a password in it, which every user of this machine sees.`,
    {
      hint: `Set ${variable} to the whole address instead, or PGPASSWORD to the password.`,
    },
  );
}

/** Nothing of an address is repeated: it may have a password in it. */
function assertAddress(url: string, from: string): void {
  if (URL.canParse(url) && ['postgres:', 'postgresql:'].includes(new URL(url).protocol)) return;
  throw new CalReplyError('WrongUse', `The address in ${from} is not that of a PostgreSQL.`, {
    hint: `It looks like ${shellWord('postgres://user@host:5432/name')}`,
  });
}
