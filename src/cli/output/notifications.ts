import type { AttemptResource, NotificationDetails, NotificationResource } from '../../api/contract.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import { INBOX_TYPE } from '../../model/event-types.js';
import { shellWord } from '../../util/shell-word.js';
import { byState, byStatus, dim } from './colors.js';
import { renderTable } from './table.js';
import { isTerminal, printable, printableLines } from './terminal.js';
import { command, localTime, recentTime, renderFields, tookText, untilText } from './text.js';

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
  const { status, lastStatus, lastError, attemptCount, nextAttemptAt, blockedBy } = notification;
  if (lastStatus !== null) return String(lastStatus);
  if (lastError !== null) return printable(deliveryErrorText(lastError));
  if (attemptCount > 0) return '';
  if (status === 'pending' && blockedBy === 'webhook_off') return 'webhook is off';
  if (status === 'pending' && blockedBy === 'listener_away') return 'not connected';
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
    ['status', byState(status, printable(status)) + dim(stateText(notification, now))],
    ['created', localTime(notification.createdAt)],
    ['finished', notification.finishedAt && localTime(notification.finishedAt)],
  ]);
  const next = nextSteps(notification);
  const lines = [fields, '', renderAttempts(notification), ...lastAnswerText(attempts.at(-1))];
  return (next.length === 0 ? lines : [...lines, '', ...next]).join('\n');
}

function stateText(notification: NotificationResource, now: number): string {
  const { status, blockedBy } = notification;
  if (status !== 'pending') return '';
  return `, ${blockedBy === null ? nextTryText(notification, now) : waitsText(notification)}`;
}

/** What a pending notification waits for that something keeps from being sent. */
export function waitsText({ blockedBy, webhookUrl }: NotificationResource): string {
  if (blockedBy !== 'listener_away') return 'waits: its webhook is off';
  return `waits for ${printable(webhookUrl)}, which is not connected`;
}

/** When a pending notification is tried that nothing keeps from being sent. */
export function nextTryText({ nextAttemptAt }: NotificationResource, now: number): string {
  if (nextAttemptAt === null) return 'waits behind another of its subscription';
  return Date.parse(nextAttemptAt) <= now ? 'due now' : `next try ${untilText(nextAttemptAt, now)}`;
}

/** What the reader can do about one that was not delivered. */
function nextSteps({ id, status, eventId, eventType, attemptCount, blockedBy, ...to }: NotificationResource): string[] {
  if (status === 'delivered') return [];
  const retry = command(`calreply notifications retry ${shellWord(id)}`);
  switch (blockedBy) {
    case 'webhook_removed':
      return eventType === INBOX_TYPE
        ? ['Its listener was removed. Send the request itself again, to the inbox of a new one.']
        : [
            `Its webhook was removed. Send its event to another with: ${command(`calreply events resend ${shellWord(eventId)} --to whk_…`)}`,
          ];
    case 'webhook_off': {
      const enable = `Its webhook is off. Turn it on with: ${command(`calreply webhooks enable ${shellWord(to.webhookId)}`)}`;
      return status === 'failed' ? [enable, `Send it again with: ${retry}`] : [enable];
    }
    case 'listener_away': {
      const name = to.webhookUrl.replace(/^listener:/, '');
      const listen = `Connect its listener with: ${command(`calreply listen --name ${shellWord(name)} --forward-to 3000`)}`;
      return status === 'failed' ? [listen, `Send it again with: ${retry}`] : [listen];
    }
    default:
      if (status === 'failed') return [`Send it again with: ${retry}`];
      return attemptCount > 0 ? [`Send it now with: ${retry}`] : [];
  }
}

/** The last answer as it came, below a table that has no room for it. In a pipe nothing is cut, and it stands there. */
function lastAnswerText(attempt: AttemptResource | undefined): string[] {
  const answer = attempt?.answer?.trimEnd() ?? '';
  if (attempt === undefined || answer === '' || !isTerminal()) return [];
  return ['', dim(`What try ${attempt.number} was answered with:`), printableLines(answer)];
}

function renderAttempts({ attempts, status, lastError }: NotificationDetails): string {
  if (attempts.length === 0) {
    return status === 'failed' && lastError !== null
      ? `Never tried: ${printable(deliveryErrorText(lastError))}.`
      : dim('Not tried yet.');
  }

  return renderTable<AttemptResource>(
    [
      { head: 'TRY', cell: ({ number }) => String(number) },
      { head: 'TIME', cell: ({ startedAt }) => localTime(startedAt), brief: ({ startedAt }) => recentTime(startedAt) },
      {
        head: 'ANSWER',
        cell: ({ status, error }) => (status === null ? deliveryErrorText(error ?? '') : String(status)),
        color: (text, { status }) => byStatus(status, text),
      },
      { head: 'TOOK', cell: ({ durationMs }) => tookText(durationMs) },
      {
        head: 'ANSWERED WITH',
        cell: ({ answer, location }) => (location ? `→ ${location}` : (answer ?? '')),
        shrinks: true,
      },
    ],
    attempts,
  );
}
