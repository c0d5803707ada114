import type { SignatureCheck } from '../../tunnel/local/verifying.js';
import type { ListenEvent } from '../../tunnel/listening.js';
import { mirroredJson, rehearsedJson, type MirroredJson, type RehearsedJson } from './copies.js';
import { eventObjectOf } from './event-object.js';
import type { ClosedJson } from './listen-end.js';
import type { ReportJson } from './listen-report.js';
import type { PlacedJson } from './place.js';
import type { RouteJson } from './routes.js';

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

/** The line for what happened; undefined for what is told to people only. */
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
    case 'held':
      return undefined;
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
