import { green } from './colors.js';
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
  /** The code of the first account. */
  readonly account: string;
  readonly pid: number;
}

export function renderServing({ url, dataDir, account }: ServingJson): string {
  return [
    `${green('✓')} The service runs at ${printable(url)}. Account ${printable(account)}, data in ${printable(dataDir)}.`,
    `  In another terminal: ${command('calreply listen --forward-to localhost:3000 --local')}`,
    `  Then make something happen: ${command('calreply events trigger subscribe --local')}`,
    '  ^C to stop.',
  ].join('\n');
}
