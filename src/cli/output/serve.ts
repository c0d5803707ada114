import type { CalReplyError } from '../../errors.js';
import { shellWord } from '../../util/shell-word.js';
import { green, yellow } from './colors.js';
import { printable } from './terminal.js';
import { command } from './text.js';

/** What `serve --json` prints, one object a line. Scripts depend on it. */
export type ServeJson = ServingJson | StoppedJson;

/** Once the service has ended. */
export interface StoppedJson {
  readonly type: 'stopped';
}

/** Once the service runs. */
export interface ServingJson {
  readonly type: 'ready';
  readonly url: string;
  readonly dataDir: string;
  /** The address of the PostgreSQL that everything is kept in, without its password; null for the data folder. */
  readonly database: string | null;
  /** The code of the first account. */
  readonly account: string;
  readonly pid: number;
}

/** @param hasProfile whether `--local` leads to it */
export function renderServing({ url, dataDir, database, account }: ServingJson, hasProfile: boolean): string {
  const runs = `${green('✓')} The service runs at ${printable(url)}. Account ${printable(account)}, data in ${printable(database ?? dataDir)}.`;
  const next = [
    `  In another terminal: ${command('calreply listen --forward-to localhost:3000 --local')}`,
    `  Then make something happen: ${command('calreply events trigger subscribe --local')}`,
  ];
  return [runs, ...(hasProfile ? next : []), '  ^C to stop.'].join('\n');
}

export const UNSAVED = 'The profile “local” was not written';

/**
 * Why the profile `local` does not lead to a service that runs, and what to do about it.
 *
 * @param hasCredentials whether somebody may have credentials, which new ones would end
 */
export function unsavedText(
  { message, hint }: CalReplyError,
  { account, dataDir, hasCredentials }: { account: string; dataDir: string; hasCredentials: boolean },
): string {
  const rotate = command(`calreply accounts rotate-credentials ${shellWord(account)} --data-dir ${shellWord(dataDir)}`);
  return [
    `${yellow('!')} ${UNSAVED}: ${printable(message)}`,
    ...(hint === undefined ? [] : [`  ${printable(hint)}`]),
    hasCredentials
      ? `  The service runs all the same, and the credentials of ${printable(account)} hold. New ones end those within 24 hours: ${rotate}`
      : `  The service runs all the same. For a login: ${rotate}`,
  ].join('\n');
}
