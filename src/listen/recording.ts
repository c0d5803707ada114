import { CalReplyError } from '../errors.js';
import type { HeaderList } from '../model/request.js';
import { wholeLines } from '../trigger/whole-lines.js';
import type { Deliver } from '../tunnel/protocol.js';
import { isRecord } from '../util/is-record.js';

/**
 * The deliveries of a recording in their order, as they came.
 *
 * @param name what the lines are of, for errors
 * @throws {CalReplyError} WrongUse for a line that holds neither a delivery nor anything else that a listener tells, and
 *   when there is no delivery at all
 */
export async function* recordedDeliveries(lines: AsyncIterable<string>, name: string): AsyncGenerator<Deliver> {
  let number = 0;
  let count = 0;
  for await (const line of wholeLines(lines)) {
    number += 1;
    const delivery = recordedDelivery(line.replace(/^\uFEFF/, '').trim(), `Line ${number} of ${name}`);
    if (delivery === undefined) continue;
    count += 1;
    yield delivery;
  }

  if (count === 0) throw new CalReplyError('WrongUse', `There is no delivery in ${name}.`, { hint: RECORD_ONE });
}

const RECORD_ONE = 'Record one with: calreply listen --save FILE';

/** Undefined for an empty line, and for what a listener tells besides. */
function recordedDelivery(text: string, origin: string): Deliver | undefined {
  if (text === '') return undefined;
  const value = parsed(text);
  if (isRecorded(value)) return deliveryOf(value);
  if (isTold(value)) return undefined;
  throw new CalReplyError('WrongUse', `${origin} holds no delivery.`, {
    hint: isEventObject(value) ? 'Send Event Objects with: calreply events trigger --from' : RECORD_ONE,
  });
}

/** What a line has of a delivery. Those of older versions have no path and no query. */
interface Recorded {
  readonly type: 'event';
  readonly notification: string;
  readonly attempt: number;
  readonly eventType: string;
  readonly method: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers: HeaderList;
  readonly bodyBase64: string;
}

function deliveryOf({
  notification,
  attempt,
  eventType,
  method,
  path = '',
  query = '',
  headers,
  bodyBase64,
}: Recorded): Deliver {
  const header = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return {
    type: 'deliver',
    id: notification,
    attempt,
    event: {
      id: header('webhook-id') ?? notification,
      type: eventType,
      isTest: header('calreply-test') === 'true',
    },
    method,
    path,
    query,
    headers,
    body: Buffer.from(bodyBase64, 'base64'),
  };
}

function isRecorded(value: unknown): value is Recorded {
  if (!isRecord(value) || value.type !== 'event') return false;
  const { notification, attempt, eventType, method, path, query, headers, bodyBase64 } = value;
  return (
    [notification, eventType, method, bodyBase64].every(isText) &&
    [path, query].every((part) => part === undefined || isText(part)) &&
    Number.isInteger(attempt) &&
    Array.isArray(headers) &&
    headers.every((pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(isText))
  );
}

/** Every line of `calreply listen --json` says what it is and when; one of an event has to be whole. */
function isTold(value: unknown): boolean {
  return isRecord(value) && isText(value.type) && isText(value.at) && value.type !== 'event';
}

function isEventObject(value: unknown): boolean {
  return isRecord(value) && isText(value.eventType) && isRecord(value.eventDetails);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
