import type { ListenEvent } from '../../tunnel/listening.js';
import type { Deliver } from '../../tunnel/protocol.js';
import type { ForwardOutcome } from '../../tunnel/forward.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import { eventFacts, type EventObject } from '../../model/event.js';
import type { ClosedJson } from './listen-end.js';
import { byStatus, dim, red, yellow } from './colors.js';
import { renderConnected, renderReconnecting } from './connection.js';
import type { PlacedJson } from './place.js';
import { printable } from './terminal.js';
import { clockTime, count, maskedEmail } from './text.js';

/** What `listen --json` prints, one object a line. Scripts depend on it. */
export type ListenJson =
  | PlacedJson
  | ReadyJson
  | {
      readonly type: 'event';
      readonly at: string;
      readonly notification: string;
      readonly attempt: number;
      readonly eventType: string;
      /** The Event Object, or null for what came in at the inbox and is none. */
      readonly event: unknown;
      readonly method: string;
      /** What an inbox request had after the inbox's own URL, and its query without the “?”; empty for Event Objects. */
      readonly path: string;
      readonly query: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly bodyBase64: string;
    }
  | {
      readonly type: 'forwarded';
      readonly at: string;
      readonly notification: string;
      readonly attempt: number;
      /** HTTP status of the local app's answer, or null when there was none. */
      readonly status: number | null;
      readonly error: string | null;
      readonly durationMs: number;
    }
  | { readonly type: 'holding' | 'resumed'; readonly at: string; readonly target: string; readonly waiting: number }
  | {
      /** The tunnel is up. */
      readonly type: 'connected';
      readonly at: string;
      /** False for the first time in this run. */
      readonly again: boolean;
      /** How many notifications waited, or null when the service does not say. */
      readonly missed: number | null;
      /** How long nobody listened under this name, or null when nobody ever did. */
      readonly awayMs: number | null;
    }
  | {
      readonly type: 'reconnecting';
      readonly at: string;
      /** 0: only the login is over, and a new one is made at once. */
      readonly inMs: number;
      readonly reason: string;
      /** Which try that will be, 1 for the first of this outage. */
      readonly attempt: number;
      /** How long there has been no tunnel. */
      readonly awayMs: number;
    }
  | ReplayingJson
  | ClosedJson;

export interface ReadyJson {
  readonly type: 'ready';
  readonly at: string;
  readonly account: string;
  readonly listener: { readonly id: string; readonly name: string; readonly webhookId: string };
  readonly eventTypes: readonly string[];
  readonly forwardTo: string;
  readonly inboxUrl: string;
  /** With --print-secret, what verifies the signatures; otherwise null. */
  readonly secret: string | null;
}

/** The first line of a replay. */
export interface ReplayingJson {
  readonly type: 'replaying';
  readonly at: string;
  /** The recording, as it was named. */
  readonly recording: string;
  readonly forwardTo: string;
  /** Whether the signatures are made anew, with the secret of the environment. */
  readonly signedAnew: boolean;
}

export interface LineOptions {
  /** Show personal data as it is. */
  readonly reveal: boolean;
}

/** The lines that greet: who, what, where to. */
export function renderReady(ready: ReadyJson, profile: string | null): string {
  const types = ready.eventTypes.length === 0 ? 'every type' : ready.eventTypes.join(', ');
  const by = profile === null ? '' : ` (profile ${printable(profile)})`;
  return [
    `Ready. Account ${printable(ready.account)}${by}. Listener “${printable(ready.listener.name)}” takes ${printable(types)}.`,
    `Forwarding to ${printable(ready.forwardTo)} · public inbox ${printable(ready.inboxUrl)} · ^C to quit`,
  ].join('\n');
}

/** The line that a replay begins with. */
export function renderReplaying({ recording, forwardTo }: ReplayingJson): string {
  const name = recording === '-' ? 'standard input' : recording;
  return `Playing ${printable(name)} to ${printable(forwardTo)} · ^C to quit`;
}

/** Said once, when a replay sends what it cannot sign. */
export const OLD_SIGNATURES =
  'The signatures are as old as the recording, and a handler that looks at their time refuses them. Set CALREPLY_WEBHOOK_SECRET to the secret that it verifies with, and they are made anew.';

/** What to say when nothing listens at the target yet; `openPorts` are those of common development servers that are open. */
export function renderClosedPort(target: URL, openPorts: readonly number[]): string {
  const [first] = openPorts;
  const others = first === undefined ? '' : ` Something does at ${openPorts.join(', ')}: --forward-to ${first}`;
  return (
    yellow(`Nothing listens at ${printable(hostOf(target))} yet; notifications wait until something does.`) + others
  );
}

/** One line for what happened; undefined for what needs none. */
export function renderListenEvent(event: ListenEvent, now: Date, options: LineOptions): string | undefined {
  const time = dim(clockTime(now));
  switch (event.kind) {
    case 'delivery':
      return `${time}  → ${arrivalText(event.delivery, options)}`;
    case 'forwarded':
      return `${time}  ${outcomeText(event.outcome)}   ${printable(`${event.delivery.method} ${event.outcome.url}`)}  ${dim(printable(event.delivery.id))}`;
    case 'holding':
      return `${time}  ${red('✗')} ${printable(hostOf(new URL(event.target)))} refused the connection. Holding notifications until it is back (${event.waiting} waiting).`;
    case 'resumed':
      return `${time}  ${yellow('↺')} ${printable(hostOf(new URL(event.target)))} is back. ${count(event.waiting, 'waiting notification')}, in order.`;
    case 'reconnecting':
      return `${time}  ${renderReconnecting(event)}`;
    case 'mirrored':
    case 'rehearsed':
      return undefined;
    case 'connected': {
      const text = renderConnected(event);
      return text && `${time}  ${text}`;
    }
  }
}

export function listenJson(event: ListenEvent, now: Date): ListenJson | undefined {
  const at = now.toISOString();
  switch (event.kind) {
    case 'delivery': {
      const { id, attempt, method, path, query, headers, body } = event.delivery;
      const eventType = event.delivery.event.type;
      const parsed = eventObjectOf(body) ?? null;
      return {
        type: 'event',
        at,
        notification: id,
        attempt,
        eventType,
        event: parsed,
        method,
        path,
        query,
        headers,
        bodyBase64: body.toString('base64'),
      };
    }
    case 'forwarded': {
      const { delivery, outcome } = event;
      const answered = outcome.kind === 'answered';
      return {
        type: 'forwarded',
        at,
        notification: delivery.id,
        attempt: delivery.attempt,
        status: answered ? outcome.status : null,
        error: answered ? null : outcome.error,
        durationMs: outcome.durationMs,
      };
    }
    case 'holding':
    case 'resumed':
      return { type: event.kind, at, target: event.target, waiting: event.waiting };
    case 'reconnecting':
      return {
        type: 'reconnecting',
        at,
        inMs: event.inMs,
        reason: event.reason,
        attempt: event.attempt,
        awayMs: event.awayMs,
      };
    case 'connected':
      return { type: 'connected', at, again: event.again, missed: event.missed, awayMs: event.awayMs };
    case 'mirrored':
    case 'rehearsed':
      return undefined;
  }
}

function arrivalText({ id, attempt, event, body }: Deliver, { reveal }: LineOptions): string {
  const facts = eventFacts(eventObjectOf(body) ?? { eventDetails: {} });
  const email = facts.subscriberEmail;
  const parts = [
    printable(event.type).padEnd(12),
    printable(facts.calendarTitle ?? ''),
    email === null ? '' : printable(reveal ? email : maskedEmail(email)),
    attempt > 1 ? dim(`try ${attempt}`) : '',
    dim(printable(id)),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function outcomeText(outcome: ForwardOutcome): string {
  if (outcome.kind === 'unanswered') return red(`✗ ${printable(deliveryErrorText(outcome.error))}`);
  return `← ${byStatus(outcome.status, String(outcome.status))}  ${outcome.durationMs} ms`;
}

/** Host and port, also where the port is the usual one. */
function hostOf({ host, port, protocol }: URL): string {
  return port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
}

/** Nobody's events nest as deep as this, and what nests much deeper cannot be made into JSON again. */
const DEEPEST = 64;

/** The body as an Event Object, when it looks like one. */
export function eventObjectOf(body: Buffer): EventObject | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as Partial<EventObject> | null;
    const isEvent = typeof value?.eventDetails === 'object' && value.eventDetails !== null;
    return isEvent && !nestsDeeper(value, DEEPEST) ? (value as EventObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `value` has more than `most` objects or arrays inside each other. Looks no deeper than that. */
function nestsDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => nestsDeeper(inner, most - 1));
}
