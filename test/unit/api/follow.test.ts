import { expect, test } from 'vitest';
import { follow, type FollowEvent } from '../../../src/api/follow.js';
import { CalReplyError } from '../../../src/errors.js';
import { FakeClock } from '../../helpers/fake-clock.js';

type Connection = () => AsyncGenerator<Buffer> | Error;

const unreachable = () => new CalReplyError('ServiceUnreachable', 'Nothing listens there.');

/** A link that says these pieces, then ends, or breaks. */
const saying = (pieces: readonly (string | Buffer)[], end?: Error): Connection =>
  async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
    if (end) throw end;
  };

const place = (id: string) => `event: place\nid: ${id}\ndata: {}\n\n`;
const created = (id: string, notification = 'ntf_1') =>
  `event: notification\nid: ${id}\ndata: {"id":"${notification}"}\n\n`;

/** Follows these links, one after the other; once there is none any more, it is ended. */
async function followAll(connections: readonly Connection[], onEntry: () => void = () => undefined) {
  const clock = new FakeClock();
  const ending = new AbortController();
  const asked: (string | undefined)[] = [];
  const events: FollowEvent[] = [];
  const left = connections.values();
  const followed = follow({
    clock,
    random: () => 0,
    signal: ending.signal,
    onEvent(event) {
      events.push(event);
      if (event.kind === 'entry') onEntry();
    },
    async open(lastEventId) {
      const { value, done } = left.next();
      if (done) ending.abort();
      else asked.push(lastEventId);
      const opened = value?.() ?? unreachable();
      if (opened instanceof Error) throw opened;
      return opened;
    },
  });
  let isOver = false;
  const over = followed.finally(() => (isOver = true));
  over.catch(() => undefined);
  while (!isOver) {
    await clock.advance(100, () => new Promise((resolve) => setImmediate(resolve)));
  }

  return { asked, events, followed };
}

test('asks for what comes after the last event it got whole', async () => {
  const { asked, events } = await followAll([
    saying([place('a')]),
    saying([place('a'), created('b'), 'event: notification\nid: c\nda'], new Error('cut')),
    saying([place('b'), created('c', 'ntf_2')]),
  ]);
  expect(asked).toEqual([undefined, 'a', 'b']);
  const entries = events.flatMap((event) => (event.kind === 'entry' ? [event.entry] : []));
  expect(entries).toEqual([
    { type: 'notification', notification: { id: 'ntf_1' } },
    { type: 'notification', notification: { id: 'ntf_2' } },
  ]);
});

test('understands what is cut anywhere, also within a letter, and leaves out what it does not know', async () => {
  const bytes = Buffer.from(`event: newer\nid: x\ndata: 1\n\n:\n\n${created('b', 'größe')}`);
  const { events } = await followAll([saying(Array.from(bytes, (byte) => Buffer.from([byte])))]);
  expect(events.filter(({ kind }) => kind === 'entry')).toEqual([
    { kind: 'entry', entry: { type: 'notification', notification: { id: 'größe' } } },
  ]);
});

test('waits longer from try to try, and starts anew once it was connected', async () => {
  const { events } = await followAll([
    saying([place('a')]),
    unreachable,
    () => new CalReplyError('ServiceUnavailable', 'The service stops.'),
    saying([place('a')], new Error('cut')),
    unreachable,
  ]);
  const waits = events.flatMap((event) => (event.kind === 'reconnecting' ? [[event.inMs, event.reason]] : []));
  expect(waits).toEqual([
    [500, 'The service ended the stream.'],
    [1000, 'Nothing listens there.'],
    [2000, 'The service stops.'],
    [500, 'The link to the service broke.'],
    [1000, 'Nothing listens there.'],
  ]);
});

test.each(['Unauthorized', 'InvalidRequest', 'Forbidden'] as const)(
  'ends with %s, also after a connection',
  async (code) => {
    const { followed } = await followAll([saying([place('a')]), () => new CalReplyError(code, 'No.')]);
    await expect(followed).rejects.toMatchObject({ code });
  },
);

test('ends when the service cannot be reached at the start', async () => {
  const { followed, events } = await followAll([unreachable, saying([place('a')])]);
  await expect(followed).rejects.toMatchObject({ code: 'ServiceUnreachable' });
  expect(events).toEqual([]);
});

test('ends with what is thrown when it tells of an event, and closes the link', async () => {
  let isClosed = false;
  const failure = new Error('cannot be shown');
  const link = async function* () {
    try {
      yield Buffer.from(created('a'));
      yield Buffer.from(created('b'));
    } finally {
      isClosed = true;
    }
  };

  const { followed, events, asked } = await followAll([link, saying([place('a')])], () => {
    throw failure;
  });

  await expect(followed).rejects.toBe(failure);
  expect(events.map(({ kind }) => kind)).toEqual(['connected', 'entry']);
  expect({ asked, isClosed }).toEqual({ asked: [undefined], isClosed: true });
});

test.each([
  ['is no JSON', 'event: attempt\ndata: {"notification": \n\n'],
  ['has a line without end', `data: ${'x'.repeat(1_100_000)}`],
])('ends when what the service sends %s: it would send it again', async (_, said) => {
  const { followed, asked } = await followAll([saying([place('a'), said]), saying([place('a')])]);

  await expect(followed).rejects.toMatchObject({ code: 'ServiceFailed' });
  expect(asked).toEqual([undefined]);
});
