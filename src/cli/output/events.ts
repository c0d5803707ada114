import type { EventResource, EventSummary, EventTypeList, NotificationResource } from '../../api/contract.js';
import type { SentEvent } from '../../trigger/sent-event.js';
import { kebabEventType } from '../../model/event-types.js';
import { inboxPath } from '../../model/request.js';
import { dim, green, red } from './colors.js';
import { lastAnswer, nextTryText, waitsText } from './notifications.js';
import { renderTable } from './table.js';
import { jsonText, printable, printableLines } from './terminal.js';
import { command, localTime, recentTime, renderFields } from './text.js';

export function renderEventTypes({ eventTypes }: EventTypeList): string {
  return renderTable<EventTypeList['eventTypes'][number]>(
    [
      { head: 'TYPE', cell: ({ type }) => kebabEventType(type) },
      { head: 'EVENT TYPE', cell: ({ type }) => type },
      { head: 'SENT WHEN', cell: ({ trigger }) => trigger, shrinks: true },
    ],
    eventTypes,
  );
}

export function renderEvents(
  events: readonly EventSummary[],
  { isNarrowed }: { readonly isNarrowed: boolean },
): string {
  if (events.length === 0) {
    return isNarrowed
      ? `No event matches these filters. See all with: ${command('calreply events list')}`
      : `Nothing happened yet. Make something happen with: ${command('calreply events trigger subscribe')}`;
  }

  return renderTable<EventSummary>(
    [
      { head: 'TIME', cell: ({ createdAt }) => localTime(createdAt), brief: ({ createdAt }) => recentTime(createdAt) },
      { head: 'TYPE', cell: ({ eventType }) => eventType, shrinks: true, keepsEnd: true },
      { head: 'FROM', cell: ({ source }) => source, color: (text) => dim(text), canGo: true },
      { head: 'CALENDAR', cell: ({ calendarCode }) => calendarCode ?? '', shrinks: true },
      { head: 'EVENT ID', cell: ({ eventId }) => eventId },
    ],
    events,
  );
}

export function renderEvent(event: EventResource): string {
  const fields = renderFields([
    ['event', printable(event.eventId)],
    ['type', printable(event.eventType)],
    ['time', localTime(event.createdAt)],
    ['from', printable(event.source) + (event.isTest ? ' (test)' : '')],
    ['calendar', event.calendarCode && printable(event.calendarCode)],
    ['subscription', event.subscriptionId && printable(event.subscriptionId)],
  ]);
  const body = event.request ? inboxText(event.request) : jsonText(event.event, 2);
  return `${fields}\n\n${body}`;
}

/** What a trigger or a resend led to: the event, and how each notification of it went so far. */
export function renderTriggered({ event, notifications }: SentEvent): string {
  const lines = triggeredLines({ event, notifications });
  return (notifications.length === 0 ? [...lines, unwantedLine('it')] : lines).join('\n');
}

/** The event, and a line for each of its notifications. */
export function triggeredLines({ event, notifications }: SentEvent): string[] {
  return [
    `${green('✓')} ${printable(event.eventType)} ${printable(event.eventId)}`,
    ...notifications.map((one) => notificationLine(one)),
  ];
}

/** @param what what nobody is told of */
export function unwantedLine(what: string): string {
  return `  ${dim(`No webhook or listener wants ${what}. Add one with: calreply webhooks add URL, or calreply listen --forward-to 3000`)}`;
}

/** Where to, how it went so far, and which one it is. */
export function notificationLine(notification: NotificationResource, now = Date.now()): string {
  const { id, webhookUrl } = notification;
  return `  ${markOf(notification)} ${printable(webhookUrl)}  ${outcomeOf(notification, now)}  ${dim(printable(id))}`;
}

function markOf({ status, attemptCount }: NotificationResource): string {
  if (status === 'delivered') return green('←');
  return status === 'failed' || attemptCount > 0 ? red('✗') : dim('→');
}

function outcomeOf(notification: NotificationResource, now: number): string {
  const { status, attemptCount } = notification;
  if (status !== 'pending') return lastAnswer(notification);
  const answer = attemptCount > 0 ? `${lastAnswer(notification)}, ` : '';
  if (notification.blockedBy !== null) return answer + waitsText(notification);
  return attemptCount > 0 ? answer + nextTryText(notification, now) : lastAnswer(notification);
}

function inboxText(request: NonNullable<EventResource['request']>): string {
  const head = [
    `${request.method} ${inboxPath(request)}`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return printableLines([...head, '', Buffer.from(request.bodyBase64, 'base64').toString('utf8')].join('\n'));
}
