import type { TriggerEvent } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import type { CommonRequest, Plan, Story } from './plan.js';
import { wholeLines } from './whole-lines.js';
import { isRecord } from '../util/is-record.js';

/** An Event Object as it is triggered, with or without an id of its own. */
export type GivenEvent = NonNullable<TriggerEvent['event']>;

/**
 * The events of a recording, one JSON object a line, in their order: one at a time, so that the order of each
 * subscription holds. They get new eventIds, since the old ones may exist; so a notification that was recorded again with
 * a further attempt is left out.
 *
 * @param name what the lines are of, for errors
 */
export function recorded(lines: AsyncIterable<string>, name: string, { set, to }: CommonRequest): Plan {
  let inboxRequests = 0;
  const stories = async function* (): AsyncGenerator<Story> {
    const known = new Set<string>();
    let number = 0;
    let place = 0;
    for await (const line of wholeLines(lines)) {
      number += 1;
      const origin = `Line ${number} of ${name}`;
      const { event, notification, isInboxRequest } = recordedLine(line, origin);
      if (isInboxRequest) inboxRequests += 1;
      if (event === undefined || (notification !== undefined && known.has(notification))) continue;
      if (notification !== undefined) known.add(notification);
      yield [{ kind: 'trigger', place, origin, request: { event, set, to } }];
      place += 1;
    }

    if (place === 0) throw new CalReplyError('WrongUse', `There is no event in ${name}.`, { hint: LINES });
  };
  return { stories: stories(), total: undefined, concurrency: 1, inboxRequests: () => inboxRequests };
}

/** What a line of a recording holds. */
export interface RecordedLine {
  /** The line itself, or its field `event`; undefined for an empty line, and for what `calreply listen` tells besides. */
  readonly event?: GivenEvent;
  /** The one that brought it, where a listener recorded it. */
  readonly notification?: string | undefined;
  /** It came in at an inbox, and is no event. */
  readonly isInboxRequest?: boolean;
}

/** @throws {CalReplyError} WrongUse for anything else */
export function recordedLine(line: string, origin: string): RecordedLine {
  const text = line.replace(/^\uFEFF/, '').trim();
  if (text === '') return {};
  const value = jsonOf(text, origin);
  const { event = value, notification } = isRecord(value) ? value : {};
  if (isRecord(event) && typeof event.eventType === 'string' && isRecord(event.eventDetails)) {
    return {
      event: { eventType: event.eventType, eventDetails: event.eventDetails },
      notification: typeof notification === 'string' ? notification : undefined,
    };
  }

  if (isTold(value)) return { isInboxRequest: isRecord(value) && value.type === 'event' };
  throw new CalReplyError('WrongUse', `${origin} holds no event.`, { hint: LINES });
}

const LINES =
  'A line is an Event Object, {"eventType": …, "eventDetails": {…}}, or has one as its “event”, as those of calreply listen --json do.';

/**
 * What a text says that has to be an Event Object.
 *
 * @param name where the text is from
 * @param type its eventType, where the text need not say
 * @throws {CalReplyError} WrongUse
 */
export function eventFrom(text: string, name: string, type?: string): GivenEvent {
  const bare = text.replace(/^\uFEFF/, '');
  const value = jsonOf(bare, name, looksRecorded(bare) ? RECORDING : undefined);
  const hint = 'An Event Object looks like {"eventType": "Subscribe", "eventDetails": {…}}.';
  if (!isRecord(value)) throw new CalReplyError('WrongUse', `${name} holds no JSON object.`, { hint });
  const event = { ...value, eventType: value.eventType ?? type };
  const missing = [
    typeof event.eventType === 'string' ? '' : 'eventType that is text',
    isRecord(value.eventDetails) ? '' : 'eventDetails that are an object',
  ].filter((part) => part !== '');
  if (missing.length === 0) return event as unknown as GivenEvent;
  throw new CalReplyError('WrongUse', `${name} is no Event Object: it has no ${missing.join(', and no ')}.`, {
    hint: 'event' in value ? 'It looks like a line of a recording. Send those with: --from' : hint,
  });
}

const RECORDING = 'It looks like a recording, one event a line. Send those with: --from';

/** Several lines, of which the first says something whole. */
function looksRecorded(text: string): boolean {
  const [first = '', ...rest] = text.trim().split('\n');
  try {
    return rest.length > 0 && isRecord(JSON.parse(first));
  } catch {
    return false;
  }
}

function jsonOf(text: string, name: string, hint?: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CalReplyError('WrongUse', `${name} is not valid JSON: ${(error as Error).message}.`, {
      cause: error,
      ...(hint !== undefined && { hint }),
    });
  }
}

/** Every line of `calreply listen --json` says what it is and when. */
function isTold(value: unknown): boolean {
  return isRecord(value) && typeof value.type === 'string' && typeof value.at === 'string';
}
