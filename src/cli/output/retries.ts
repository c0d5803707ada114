import type { NotificationResource, RefusedRetry } from '../../api/contract.js';
import { dim, green, yellow } from './colors.js';
import { renderNotifications } from './notifications.js';
import { printable } from './terminal.js';
import { command, count } from './text.js';

/** So many refusals are told in full. */
const MOST_TOLD = 5;

/** What was sent again, and what was refused why. */
export function renderRetried(
  { retried, refused }: { readonly retried: readonly string[]; readonly refused: readonly RefusedRetry[] },
  sent: readonly Pick<NotificationResource, 'id' | 'webhookUrl'>[],
): string {
  const [only] = sent;
  if (retried.length === 1 && refused.length === 0 && only) {
    return `${green('✓')} ${printable(only.id)} is on its way to ${printable(only.webhookUrl)} again. See how it goes with: ${command(`calreply notifications show ${only.id}`)}`;
  }

  const head = `${retried.length > 0 ? green('✓') : yellow('!')} Sent ${retried.length} again`;
  if (refused.length === 0) return `${head}.`;
  const told = refused.slice(0, MOST_TOLD).map(({ id, reason }) => `  ${printable(id)}  ${printable(reason)}`);
  const more = refused.length - told.length;
  return [`${head}; ${refused.length} refused:`, ...told, ...(more > 0 ? [dim(`  and ${more} more`)] : [])].join('\n');
}

/** How those that were waited for went: the whole list where it is short or something went wrong, else their number. */
export function renderOutcomes(notifications: readonly NotificationResource[]): string {
  const undelivered = notifications.filter(({ status }) => status !== 'delivered');
  if (undelivered.length === 0) return `${green('✓')} Delivered: ${count(notifications.length, 'notification')}.`;
  return renderNotifications(undelivered);
}
