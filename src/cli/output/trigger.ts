import type { NotificationResource, TriggeredEvent } from '../../api/contract.js';
import type { CalReplyError } from '../../errors.js';
import type { Outcomes } from '../../trigger/outcomes.js';
import type { RunSummary } from '../../trigger/trigger-many.js';
import { dim, green, red } from './colors.js';
import { errorJson, type ErrorJson } from './errors.js';
import { notificationLine, triggeredLines, unwantedLine } from './events.js';
import { count, tookText } from './text.js';

/** What `events trigger --json` prints of one event; with --wait also when a notification of it was not delivered. */
export type TriggerJson = TriggeredEvent;

/** What `events trigger --json` prints with --dry-run: nothing was sent. */
export interface TriggerDryRunJson {
  readonly dryRun: true;
  /** The Event Objects as they would be sent, in the order of the run; an eventId that nobody gave is made anew then. */
  readonly events: readonly TriggeredEvent['event'][];
}

/** What `events trigger --json` prints with --count, --from or --scenario, also of a run that was ended early. */
export interface TriggerManyJson {
  /** How many events were sent. */
  readonly sent: number;
  /** How often one of them was sent once more, with the same eventId. */
  readonly resent: number;
  /** How many sendings there should have been, or null: a recording does not say before its end. */
  readonly total: number | null;
  readonly seconds: number;
  /** The run was ended by ^C or SIGTERM. */
  readonly interrupted: boolean;
  /**
   * Why the command failed: the run ended before its time, and the rest tells what was sent until then; or, with --wait, a
   * notification was not delivered. Null when it did not fail.
   */
  readonly error: ErrorJson['error'] | null;
  /** How many notifications the events have. */
  readonly notifications: number;
  /** What became of them, or null when nobody waited. */
  readonly outcomes: OutcomesJson | null;
  /** In the order of the run: with --seed, number i has the seed plus i. */
  readonly eventIds: readonly string[];
}

export interface OutcomesJson {
  readonly delivered: number;
  readonly failed: number;
  /** Tried without success and to be tried again, or not tried yet. */
  readonly pending: number;
  /**
   * Pending until their webhook is turned on, or their listener is connected (see `blockedBy`). They were not waited for,
   * and are no failure unless --to named where they go, or nothing was delivered.
   */
  readonly waiting: number;
  /** The first few that were not delivered. */
  readonly undelivered: readonly NotificationResource[];
}

/** @param failure why the command fails */
export function triggerManyJson(summary: RunSummary, failure?: CalReplyError): TriggerManyJson {
  const { sent, resent, total, ms, interrupted, notifications, outcomes, eventIds } = summary;
  return {
    sent,
    resent,
    total: total ?? null,
    seconds: Math.round(ms) / 1000,
    interrupted,
    error: failure === undefined ? null : errorJson(failure).error,
    notifications,
    outcomes: outcomes ?? null,
    eventIds,
  };
}

/** What of a recording was not sent. */
export function renderLeftOut(inboxRequests: number): string {
  const [are, they, them] =
    inboxRequests === 1 ? ['is no Event Object', 'it was', 'it'] : ['are no Event Objects', 'they were', 'them'];
  return `${count(inboxRequests, 'request')} came in at an inbox and ${are}: ${they} not sent. Play ${them} with: calreply listen --replay FILE`;
}

/** What many triggers came to: each event where they are few, how many there were, and what became of them. */
export function renderRun(summary: RunSummary): string {
  const { few, notifications, outcomes, sent, interrupted } = summary;
  const told = few?.flatMap(triggeredLines) ?? [];
  const head = `${isWhole(summary) ? green('✓') : red('✗')} ${sentText(summary)}`;
  if (notifications === 0)
    return [...told, head, ...(sent === 0 || interrupted ? [] : [unwantedLine('them')])].join('\n');
  // Where each is shown, those that failed are.
  const failures = few === undefined ? (outcomes?.undelivered ?? []) : [];
  return [
    ...told,
    head,
    `  ${outcomeText(notifications, outcomes)}`,
    ...failures.map((one) => notificationLine(one)),
  ].join('\n');
}

/** Everything was sent, whatever happened after that. */
function isWhole({ interrupted, failure, sent, resent, total }: RunSummary): boolean {
  return (!interrupted && failure === undefined) || sent + resent === total;
}

function sentText(summary: RunSummary): string {
  const { sent, resent, total, ms } = summary;
  const done = sent + resent;
  const took = `in ${tookText(ms)}${ms >= 1000 ? `, ${rateText((done / ms) * 1000)}` : ''}`;
  if (!isWhole(summary)) {
    const of = total === undefined ? '' : ` of ${number(total)}`;
    return `Stopped after ${number(done)}${of} ${done === 1 && of === '' ? 'event' : 'events'} ${took}.`;
  }

  const again = resent === 0 ? '' : sent === 1 ? ' twice' : ', each twice,';
  return `Sent ${events(sent)}${again} ${took}.`;
}

function outcomeText(notifications: number, outcomes: Outcomes | undefined): string {
  const all = `${number(notifications)} ${notifications === 1 ? 'notification' : 'notifications'}`;
  if (outcomes === undefined) return `${all}. ${dim('See how they go with: calreply notifications list')}`;
  const { delivered, failed, pending, waiting } = outcomes;
  const parts = [
    `${number(delivered)} delivered`,
    failed > 0 ? `${number(failed)} failed` : '',
    pending > 0 ? `${number(pending)} pending` : '',
    waiting > 0 ? `${number(waiting)} waiting` : '',
  ];
  return `${all}: ${parts.filter((part) => part !== '').join(', ')}.`;
}

function events(count: number): string {
  return `${number(count)} ${count === 1 ? 'event' : 'events'}`;
}

function rateText(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))}/s`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
