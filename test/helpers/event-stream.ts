import { request, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { AttemptEntry, NotificationResource } from '../../src/api/contract.js';
import { eventually } from './eventually.js';
import type { TestService } from './service.js';

/** One event of the stream of the history, in a word. */
export interface Told {
  /** `notification`, `attempt` or `place`. */
  readonly event: string;
  readonly id: string;
  /** The notification and, of an attempt, its number: the same entry is the same text. Empty for a place. */
  readonly entry: string;
  readonly notification: NotificationResource | undefined;
}

/** A connection to `GET /v1/notifications/stream`. */
export interface EventStream {
  readonly answer: IncomingMessage;
  readonly told: readonly Told[];
  /** What was told but the places. */
  entries(): readonly string[];
  /** Waits for that many entries. */
  has(count: number): Promise<readonly string[]>;
  /** The id of the last event. */
  lastId(): string;
  /** Resolves when the service ended it in order; rejects when it broke. */
  readonly ended: Promise<void>;
  /** Breaks it. */
  drop(): void;
}

/** Opens the stream and waits for its start; it is dropped at the end of the test. */
export async function openEventStream(
  service: Pick<TestService, 'url' | 'api'>,
  query = '',
  lastEventId?: string,
): Promise<EventStream> {
  const headers: Record<string, string> = { authorization: `Bearer ${await service.api.accessToken()}` };
  if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
  const sent = request(`${service.url}/v1/notifications/stream?${query}`, { headers, agent: false });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject).end();
  });
  onTestFinished(() => void answer.destroy());

  const told: Told[] = [];
  const parser = createParser({ onEvent: ({ event = '', id = '', data }) => told.push(read(event, id, data)) });
  answer.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
  const ended = new Promise<void>((resolve, reject) => {
    answer.on('end', resolve).on('error', reject);
  });
  ended.catch(() => undefined);
  const entries = () => told.flatMap(({ entry }) => (entry === '' ? [] : [entry]));
  await eventually('the start of the stream', () => told.length > 0);
  return {
    answer,
    told,
    entries,
    has: (count) =>
      eventually(
        () => `${count} entries, not ${entries().length}`,
        () => entries().length >= count && entries(),
      ),
    lastId: () => told.at(-1)?.id ?? '',
    ended,
    drop: () => void answer.destroy(),
  };
}

function read(event: string, id: string, data: string): Told {
  if (event === 'place') return { event, id, entry: '', notification: undefined };
  if (event === 'notification') {
    const notification = JSON.parse(data) as NotificationResource;
    return { event, id, entry: notification.id, notification };
  }

  const { notification, attempt } = JSON.parse(data) as AttemptEntry;
  return { event, id, entry: `${notification.id} ${attempt.number}`, notification };
}
