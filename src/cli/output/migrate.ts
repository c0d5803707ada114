import { green } from './colors.js';
import { printable } from './terminal.js';
import { command, count } from './text.js';

/** What `migrate --json` prints. Scripts depend on it. */
export interface MigratedJson {
  /** The data folder. */
  readonly from: string;
  /** The address of the database, without who logs in. */
  readonly to: string;
  /** How many rows each table has, by its name. */
  readonly tables: Readonly<Record<string, number>>;
}

export function renderMigrated({ from, to, tables }: MigratedJson): string {
  const rows = (name: string, noun: string) => count(tables[name] ?? 0, noun);
  return [
    `${green('✓')} Everything of ${printable(from)} is in ${printable(to)}: ${rows('accounts', 'account')}, ${rows('webhooks', 'webhook')}, ${rows('events', 'event')}, ${rows('notifications', 'notification')}. All counts agree.`,
    `  Serve from there: ${command('calreply serve --database …')}, with the same --data-dir: the key that secrets are sealed with is in it.`,
    '  Do not serve from the folder alone any more: what is pending would be sent from both.',
  ].join('\n');
}
