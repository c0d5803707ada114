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
  return refused.length === 0 ? `${head}.` : [`${head}; ${refused.length} refused:`, ...reasons(refused)].join('\n');
}

/** What would be sent again, and what would be refused why. */
export function renderForeseen(
  { refused }: { readonly refused: readonly RefusedRetry[] },
  found: readonly NotificationResource[],
): string {
  const isRefused = new Set(refused.map(({ id }) => id));
  const sent = found.filter(({ id }) => !isRefused.has(id));
  const lines = sent.length === 0 ? [] : [renderNotifications(sent)];
  if (refused.length > 0) lines.push(`${yellow('!')} ${refused.length} would be refused:`, ...reasons(refused));
  return lines.join('\n');
}

/** @param tried how many are still being tried */
export function renderNothingToRetry(chosen: 'failed' | 'pending', tried: number): string {
  const which =
    chosen === 'failed' ? 'No failed notification matches' : 'No notification that matches was tried in vain';
  const nothing = `${which}, so nothing was sent.`;
  if (tried === 0) return `${nothing} See them all with: ${command('calreply notifications list')}`;
  const are = tried === 1 ? '1 is' : `${tried} are`;
  return `${nothing}\n${are} still being tried: ${command('calreply notifications list --status pending')}\nTry them now with: ${command('calreply notifications retry --pending')}`;
}

function reasons(refused: readonly RefusedRetry[]): string[] {
  const told = refused.slice(0, MOST_TOLD).map(({ id, reason }) => `  ${printable(id)}  ${printable(reason)}`);
  const more = refused.length - told.length;
  return more > 0 ? [...told, dim(`  and ${more} more`)] : told;
}

/** How those that were waited for went: the whole list where it is short or something went wrong, else their number. */
export function renderOutcomes(notifications: readonly NotificationResource[]): string {
  const undelivered = notifications.filter(({ status }) => status !== 'delivered');
  if (undelivered.length === 0) return `${green('✓')} Delivered: ${count(notifications.length, 'notification')}.`;
  return renderNotifications(undelivered);
}
