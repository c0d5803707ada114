import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { CalReplyError } from '../errors.js';
import { backoff } from '../util/backoff.js';
import { sleep, systemClock, type Clock } from '../util/clock.js';
import type { AttemptEntry, NotificationResource, StreamEntry } from './contract.js';

/** What happens while a stream is followed, as it happens. */
export type FollowEvent =
  | { readonly kind: 'connected'; readonly again: boolean }
  | { readonly kind: 'entry'; readonly entry: StreamEntry }
  /** `reason` is a sentence. */
  | { readonly kind: 'reconnecting'; readonly inMs: number; readonly reason: string };

export interface FollowOptions {
  /** What it throws ends it. */
  readonly onEvent: (event: FollowEvent) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** From 0 (included) to 1; for jitter. */
  readonly random?: () => number;
}

export interface FollowedStream extends FollowOptions {
  /**
   * Opens the stream after the event of this id, or where it starts.
   *
   * @throws {CalReplyError} once there was a connection, those that pass are tried again; every other ends it
   */
  readonly open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<Buffer>>;
}

/** How long until a try, in milliseconds. */
const RECONNECT = { first: 1_000, most: 10_000 };
/** A stream that lasted so long was ended on purpose, and the next one follows at once. In milliseconds. */
const LASTED = 60_000;
/** The longest line of a stream, in characters: an answer of 16 kB in it is 100 kB when all of it must be escaped. */
const LONGEST_LINE = 1_000_000;

/**
 * Follows a stream of Server-Sent Events for as long as `signal` lets it: comes back after a break, to where it was, by
 * the id of the last event (https://html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.4).
 */
export async function follow(stream: FollowedStream): Promise<void> {
  const { onEvent, signal, clock = systemClock, random = Math.random } = stream;
  const place: Place = { lastEventId: undefined, wasConnected: false };
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const startedAt = clock.now();
    const end = await followOnce(stream, place);
    if (signal.aborted) return;
    if (end.fatal) throw end.fatal;
    if (end.wasConnected) attempt = 1;
    if (end.isWhole && clock.now() - startedAt >= LASTED) continue;
    const inMs = backoff(attempt, RECONNECT, random());
    onEvent({ kind: 'reconnecting', inMs, reason: end.reason });
    await sleep(clock, inMs, signal).catch(() => undefined);
  }
}

interface Place {
  lastEventId: string | undefined;
  wasConnected: boolean;
}

/** How a connection ended; `fatal` when coming back would not help, `isWhole` when the service ended it in order. */
interface End {
  readonly reason: string;
  readonly wasConnected: boolean;
  readonly isWhole?: boolean;
  readonly fatal?: CalReplyError | undefined;
}

async function followOnce({ open, onEvent, signal }: FollowedStream, place: Place): Promise<End> {
  let body: AsyncIterable<Buffer>;
  try {
    body = await open(place.lastEventId, signal);
  } catch (error) {
    return refusal(error, place.wasConnected);
  }

  let connected = false;
  const parser = createParser({
    maxBufferSize: LONGEST_LINE,
    onError(error) {
      // All else that it finds is what a newer service may say.
      if (error.type === 'max-buffer-size-exceeded')
        throw notUnderstood(`has a line of more than ${LONGEST_LINE} characters`, error);
    },
    onEvent(message) {
      if (!connected) onEvent({ kind: 'connected', again: place.wasConnected });
      connected = true;
      place.wasConnected = true;
      const entry = entryOf(message);
      if (entry) onEvent({ kind: 'entry', entry });
      place.lastEventId = message.id ?? place.lastEventId;
    },
  });
  const decoder = new TextDecoder();
  let broken: unknown;
  for await (const chunk of untilBreak(body, (error) => (broken = error))) {
    parser.feed(decoder.decode(chunk, { stream: true }));
  }

  return broken === undefined
    ? { reason: 'The service ended the stream.', wasConnected: connected, isWhole: true }
    : { reason: reasonOf(broken), wasConnected: connected };
}

/** What comes until the link breaks. What goes wrong with what came is no break, and ends everything. */
async function* untilBreak(body: AsyncIterable<Buffer>, onBreak: (error: unknown) => void): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    onBreak(error);
  }
}

/** What a message says; undefined for one that only tells the place, and for what a newer service may add. */
function entryOf({ event, data }: EventSourceMessage): StreamEntry | undefined {
  switch (event) {
    case 'notification':
      return { type: event, notification: parsed(data) as NotificationResource };
    case 'attempt':
      return { type: event, ...(parsed(data) as AttemptEntry) };
    default:
      return undefined;
  }
}

/** A message that was cut short does not come this far: this one is whole and no JSON, and would be the next time too. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw notUnderstood(`is no JSON (${(error as Error).message})`, error);
  }
}

function notUnderstood(what: string, cause: unknown): CalReplyError {
  return new CalReplyError('ServiceFailed', `What the service sent ${what}, so it cannot be followed.`, { cause });
}

function refusal(error: unknown, wasConnected: boolean): End {
  if (!(error instanceof CalReplyError)) throw error;
  const passes =
    error.code === 'ServiceUnreachable' || error.code === 'ServiceUnavailable' || error.code === 'ServiceFailed';
  return { reason: error.message, wasConnected: false, fatal: wasConnected && passes ? undefined : error };
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.name === 'TimeoutError'
    ? 'Nothing was heard of the service.'
    : 'The link to the service broke.';
}
