import type { AttemptResource, NotificationDetails, NotificationResource } from '../../api/contract.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import { byState, byStatus, dim } from './colors.js';
import { renderTable } from './table.js';
import { isTerminal, printable, printableLines } from './terminal.js';
import { command, localTime, recentTime, renderFields, untilText } from './text.js';

export function renderNotifications(
  notifications: readonly NotificationResource[],
  { isNarrowed = false }: { readonly isNarrowed?: boolean } = {},
): string {
  if (notifications.length === 0) {
    return isNarrowed
      ? `No notification matches these filters. See all with: ${command('calreply notifications list')}`
      : `There is no notification yet. Make one with: ${command('calreply events trigger subscribe')}`;
  }

  return renderTable<NotificationResource>(
    [
      { head: 'TIME', cell: ({ createdAt }) => localTime(createdAt), brief: ({ createdAt }) => recentTime(createdAt) },
      { head: 'TYPE', cell: ({ eventType }) => eventType, shrinks: true, keepsEnd: true },
      { head: 'TO', cell: ({ webhookUrl }) => webhookUrl, shrinks: true, keepsEnd: true },
      { head: 'STATUS', cell: ({ status }) => status, color: (text, { status }) => byState(status, text) },
      {
        head: 'ANSWER',
        cell: (notification) => lastAnswer(notification),
        color: (text, { lastStatus, attemptCount }) => (attemptCount === 0 ? dim(text) : byStatus(lastStatus, text)),
      },
      { head: 'TRIES', cell: ({ attemptCount }) => String(attemptCount), canGo: true },
      { head: 'NOTIFICATION', cell: ({ id }) => id },
    ],
    notifications,
  );
}

/** How the last attempt went, in a word or two. */
export function lastAnswer(notification: NotificationResource): string {
  const { status, lastStatus, lastError, attemptCount, nextAttemptAt } = notification;
  if (lastStatus !== null) return String(lastStatus);
  if (lastError !== null) return printable(deliveryErrorText(lastError));
  if (attemptCount > 0) return '';
  // Nothing is due, and it is not over: an earlier one of its subscription goes first.
  return status === 'pending' && nextAttemptAt === null ? 'waits behind another' : 'not sent yet';
}

export function renderNotification(notification: NotificationDetails, now: number): string {
  const { status, attempts } = notification;
  const fields = renderFields([
    ['notification', printable(notification.id)],
    ['event', printable(`${notification.eventType} ${notification.eventId}`) + (notification.isTest ? ' (test)' : '')],
    ['webhook', `${printable(notification.webhookUrl)} ${dim(printable(notification.webhookId))}`],
    ['calendar', notification.calendarCode && printable(notification.calendarCode)],
    ['subscription', notification.subscriptionId && printable(notification.subscriptionId)],
    ['status', byState(status, printable(status)) + dim(nextTry(notification, now))],
    ['created', localTime(notification.createdAt)],
    ['finished', notification.finishedAt && localTime(notification.finishedAt)],
  ]);
  const lines = [fields, '', renderAttempts(attempts), ...lastAnswerText(attempts.at(-1))];
  if (status === 'failed') {
    lines.push('', `Send it again with: ${command(`calreply notifications retry ${notification.id}`)}`);
  }

  return lines.join('\n');
}

function nextTry({ status, nextAttemptAt }: NotificationResource, now: number): string {
  if (status !== 'pending') return '';
  if (nextAttemptAt === null) return ', waits behind another of its subscription';
  return Date.parse(nextAttemptAt) <= now ? ', due now' : `, next try ${untilText(nextAttemptAt, now)}`;
}

/** The last answer as it came, below a table that has no room for it. In a pipe nothing is cut, and it stands there. */
function lastAnswerText(attempt: AttemptResource | undefined): string[] {
  const answer = attempt?.answer?.trimEnd() ?? '';
  if (attempt === undefined || answer === '' || !isTerminal()) return [];
  return ['', dim(`What try ${attempt.number} was answered with:`), printableLines(answer)];
}

function renderAttempts(attempts: readonly AttemptResource[]): string {
  if (attempts.length === 0) return dim('Not tried yet.');
  return renderTable<AttemptResource>(
    [
      { head: 'TRY', cell: ({ number }) => String(number) },
      { head: 'TIME', cell: ({ startedAt }) => localTime(startedAt), brief: ({ startedAt }) => recentTime(startedAt) },
      {
        head: 'ANSWER',
        cell: ({ status, error }) => (status === null ? deliveryErrorText(error ?? '') : String(status)),
        color: (text, { status }) => byStatus(status, text),
      },
      { head: 'TOOK', cell: ({ durationMs }) => `${durationMs} ms` },
      {
        head: 'ANSWERED WITH',
        cell: ({ answer, location }) => (location ? `→ ${location}` : (answer ?? '')),
        shrinks: true,
      },
    ],
    attempts,
  );
}
