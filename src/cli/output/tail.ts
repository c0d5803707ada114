import type { FollowEvent } from '../../api/client.js';
import type { AttemptResource, NotificationResource, StreamEntry } from '../../api/contract.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import { byStatus, dim, red, yellow } from './colors.js';
import { shortenedInside } from './table.js';
import { isTerminal, printable, terminalWidth } from './terminal.js';
import { exchangeText } from './outcome-text.js';
import { clockTime, recentTime, untilText } from './text.js';
import { shownWidth, widthOf } from './width.js';

/** What `notifications tail --json` prints, one object a line. Scripts depend on it. */
export type TailJson =
  /** The stream is open: what happens from `at` on is told. */
  | { readonly type: 'ready'; readonly at: string }
  /** A notification was made. */
  | { readonly type: 'notification'; readonly at: string; readonly notification: NotificationResource }
  /** An attempt ended; the notification as this attempt left it. */
  | {
      readonly type: 'attempt';
      readonly at: string;
      readonly notification: NotificationResource;
      readonly attempt: AttemptResource;
    }
  /** The link broke. What happens meanwhile is told when it is back. */
  | { readonly type: 'reconnecting'; readonly at: string; readonly inMs: number; readonly reason: string }
  | { readonly type: 'connected'; readonly at: string }
  | { readonly type: 'closed'; readonly at: string };

export function tailJson(event: FollowEvent, now: Date): TailJson {
  const at = now.toISOString();
  switch (event.kind) {
    case 'connected':
      return { type: event.again ? 'connected' : 'ready', at };
    case 'reconnecting':
      return { type: 'reconnecting', at, inMs: event.inMs, reason: event.reason };
    case 'entry': {
      const { entry } = event;
      return { ...entry, at: timeOf(entry).toISOString() };
    }
  }
}

/** One line for an entry: when, how it went, what it was, where to, and what comes next where that is not the usual. */
export function renderEntry(entry: StreamEntry, now: Date): string {
  const { notification } = entry;
  const attempt = entry.type === 'attempt' ? entry.attempt : undefined;
  const before = [
    dim(recentTime(timeOf(entry).toISOString(), now)),
    attempt ? attemptText(attempt) : createdText(notification),
    printable(notification.eventType).padEnd(TYPE_WIDTH),
  ];
  const after = [
    attempt && attempt.number > 1 ? dim(`try ${attempt.number}`) : '',
    dim(printable(notification.id)),
    attempt ? byStatus(attempt.status, nextText(notification, now)) : '',
  ];
  const parts = [...before, fitting(printable(notification.webhookUrl), [...before, ...after]), ...after];
  return parts.filter((part) => part !== '').join(GAP);
}

const GAP = '  ';
const LEAST_URL_WIDTH = 16;

/** A URL that gives way to the other parts of its line, where there is not room for all. In a pipe nothing is cut. */
function fitting(url: string, others: readonly string[]): string {
  if (!isTerminal()) return url;
  const taken = others.filter((part) => part !== '').reduce((sum, part) => sum + shownWidth(part) + GAP.length, 0);
  return shortenedInside(url, Math.max(terminalWidth() - taken, LEAST_URL_WIDTH));
}

/** What is said, beside the entries, of a link that breaks and comes back. */
export function renderLink(event: Exclude<FollowEvent, { kind: 'entry' }>, now: Date, apiUrl: string): string {
  if (event.kind === 'connected' && !event.again) return `Watching ${printable(apiUrl)} · ^C to quit`;
  const text =
    event.kind === 'connected'
      ? 'Connected again. What was missed comes now.'
      : `${printable(event.reason)} Trying again in ${(event.inMs / 1000).toFixed(1)} s.`;
  return `${dim(clockTime(now))}  ${yellow('↺')} ${text}`;
}

/** As wide as the longest of the types that are frequent. */
const TYPE_WIDTH = 12;
/** As wide as “← 200  123 ms”: most lines have that, and stand below each other. */
const OUTCOME_WIDTH = 13;

function createdText({ status, lastError }: NotificationResource): string {
  if (status === 'failed') return red(padded(`✗ ${printable(deliveryErrorText(lastError ?? ''))}`));
  return padded('→');
}

function attemptText({ status, error, durationMs }: AttemptResource): string {
  return byStatus(status, padded(exchangeText({ status, error, durationMs })));
}

/** What follows, where it is not the usual end. */
function nextText({ status, nextAttemptAt }: NotificationResource, now: Date): string {
  if (status === 'failed') return 'given up';
  return nextAttemptAt === null ? '' : `next try ${untilText(nextAttemptAt, now.getTime())}`;
}

function padded(text: string): string {
  return text + ' '.repeat(Math.max(OUTCOME_WIDTH - widthOf(text), 0));
}

function timeOf(entry: StreamEntry): Date {
  if (entry.type === 'notification') return new Date(entry.notification.createdAt);
  return new Date(Date.parse(entry.attempt.startedAt) + entry.attempt.durationMs);
}
