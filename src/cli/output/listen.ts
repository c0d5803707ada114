import type { ListenEvent } from '../../tunnel/listening.js';
import type { SignatureCheck } from '../../tunnel/client.js';
import type { ForwardOutcome } from '../../tunnel/forward.js';
import { deliveryErrorText } from '../../model/delivery-error.js';
import { eventFacts, type EventObject } from '../../model/event.js';
import { byStatus, dim, green, red, yellow } from './colors.js';
import { renderConnected, renderReconnecting } from './connection.js';
import {
  mirroredJson,
  rehearsedJson,
  renderMirrored,
  renderRehearsed,
  type MirroredJson,
  type RehearsedJson,
} from './copies.js';
import type { ClosedJson } from './listen-end.js';
import type { ReportJson } from './listen-report.js';
import { maskedText } from './personal-data.js';
import type { PlacedJson } from './place.js';
import { renderRoutes, type RouteJson } from './routes.js';
import { printable } from './terminal.js';
import { clockTime, count, maskedEmail } from './text.js';

/** What `listen --json` prints, one object a line. Scripts depend on it. */
export type ListenJson =
  | PlacedJson
  | ReadyJson
  | MirroredJson
  | RehearsedJson
  | ReportJson
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
      /** `none` for what came in at the inbox, and where the secret is not known here. */
      readonly signature: SignatureCheck;
      readonly bodyBase64: string;
    }
  | {
      readonly type: 'forwarded';
      readonly at: string;
      readonly notification: string;
      readonly attempt: number;
      /** Where it went; empty when it went nowhere. */
      readonly url: string;
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
  /** The target of the route for all, or else of the first. */
  readonly forwardTo: string;
  /** All ways to local apps, mirrors included. */
  readonly routes: readonly RouteJson[];
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
    ...renderRoutes(ready.routes, `public inbox ${printable(ready.inboxUrl)} · ^C to quit`),
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

/** What an inbox request had in its path and query may tell of a person. */
function shownUrl(url: string, { reveal }: LineOptions): string {
  return reveal ? url : maskedText(url);
}

/** One line for what happened; undefined for what needs none. */
export function renderListenEvent(event: ListenEvent, now: Date, options: LineOptions): string | undefined {
  const time = dim(clockTime(now));
  switch (event.kind) {
    case 'delivery':
      return `${time}  → ${arrivalText(event, options)}`;
    case 'forwarded':
      return (
        [
          `${time}  ${outcomeText(event.outcome)}`,
          ...(event.outcome.url === ''
            ? []
            : [` ${printable(`${event.delivery.method} ${shownUrl(event.outcome.url, options)}`)}`]),
          dim(printable(event.delivery.id)),
        ].join('  ') + nextStepText(event.outcome)
      );
    case 'holding':
      return `${time}  ${holdingText(event)}`;
    case 'resumed':
      return `${time}  ${yellow('↺')} ${printable(hostOf(new URL(event.target)))} is back. ${count(event.waiting, 'waiting notification')}, in order.`;
    case 'reconnecting':
      return `${time}  ${renderReconnecting(event)}`;
    case 'mirrored':
      return `${time}  ${renderMirrored(event, (url) => shownUrl(url, options))}`;
    case 'rehearsed':
      return `${time}  ${renderRehearsed(event)}`;
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
      const { delivery, signature } = event;
      const { id, attempt, method, path, query, headers, body } = delivery;
      const eventType = delivery.event.type;
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
        signature,
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
        url: outcome.url,
        status: answered ? outcome.status : null,
        error: answered ? null : outcome.error,
        durationMs: outcome.durationMs,
      };
    }
    case 'holding':
      // That it goes on is for who looks at a screen.
      return event.heldMs > 0 ? undefined : { type: 'holding', at, target: event.target, waiting: event.waiting };
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
      return mirroredJson(event, at);
    case 'rehearsed':
      return rehearsedJson(event, at);
  }
}

function arrivalText(
  { delivery: { id, attempt, event, body }, signature }: Extract<ListenEvent, { kind: 'delivery' }>,
  { reveal }: LineOptions,
): string {
  const facts = eventFacts(eventObjectOf(body) ?? { eventDetails: {} });
  const email = facts.subscriberEmail;
  const parts = [
    printable(event.type).padEnd(12),
    printable(facts.calendarTitle ?? ''),
    email === null ? '' : printable(reveal ? email : maskedEmail(email)),
    attempt > 1 ? dim(`try ${attempt}`) : '',
    signatureText(signature),
    dim(printable(id)),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function outcomeText(outcome: ForwardOutcome): string {
  if (outcome.kind === 'unanswered') return red(`✗ ${printable(deliveryErrorText(outcome.error))}`);
  return `← ${byStatus(outcome.status, String(outcome.status))}  ${outcome.durationMs} ms`;
}

/** What to do about a delivery that was not forwarded. */
function nextStepText(outcome: ForwardOutcome): string {
  if (outcome.kind === 'answered') return '';
  switch (outcome.error) {
    case 'bad_signature':
      return `\n          ${dim('Somebody between the service and here may have changed it. If the secret was replaced, start the listener anew.')}`;
    case 'no_route':
      return `\n          ${dim('Add a route for all with --forward-to, or ask for fewer types with --events.')}`;
    default:
      return '';
  }
}

/** What came in at the inbox is signed by its sender, if at all: nothing is said of it. */
function signatureText(signature: SignatureCheck): string {
  switch (signature) {
    case 'valid':
      return green('sig ✓');
    case 'invalid':
      return red('sig ✗');
    case 'none':
      return '';
  }
}

function holdingText({ target, waiting, heldMs }: Extract<ListenEvent, { kind: 'holding' }>): string {
  const host = printable(hostOf(new URL(target)));
  return heldMs === 0
    ? `${red('✗')} ${host} refused the connection. Holding notifications until it is back (${waiting} waiting).`
    : dim(`… ${host} is still down after ${Math.round(heldMs / 60_000)} min (${waiting} waiting).`);
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
