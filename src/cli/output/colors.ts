import chalk, { chalkStderr } from 'chalk';
import { isSuccess, type NotificationStatus } from '../../model/notification.js';
import { keepPlain } from './terminal.js';

/* What the colours mean: green 2xx, yellow 3xx and 4xx, red 5xx and failures, grey what waits or matters less. */

/*
 * A text does not know where it will be shown: an error in the terminal while the result goes into a file, or the other
 * way round. So it is coloured when one of the two can show colours, and what goes to the other is made plain there.
 */
if (chalk.level === 0) keepPlain('stdout');
if (chalkStderr.level === 0) keepPlain('stderr');
chalk.level = chalk.level || chalkStderr.level;

export const { bold, dim, green, red, yellow } = chalk;

/** Everything from here on is plain: chalk heeds FORCE_COLOR and --no-color by itself, but not NO_COLOR. */
export function withoutColors(): void {
  chalk.level = 0;
}

/** Colours a text by the HTTP status it tells of; null is a missing answer. */
export function byStatus(status: number | null, text: string): string {
  if (status === null || status >= 500) return red(text);
  return isSuccess(status) ? green(text) : yellow(text);
}

/** Colours a text by the state it tells of. */
export function byState(status: NotificationStatus, text: string): string {
  switch (status) {
    case 'delivered':
      return green(text);
    case 'failed':
      return red(text);
    default:
      return dim(text);
  }
}
