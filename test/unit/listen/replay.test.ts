import { describe, expect, onTestFinished, test } from 'vitest';
import { startReplay } from '../../../src/listen/replay.js';
import { pace } from '../../../src/trigger/pace.js';
import { forwarder } from '../../../src/tunnel/local/forward.js';
import type { ListenEvent, Route } from '../../../src/tunnel/listening.js';
import type { Deliver } from '../../../src/tunnel/protocol.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { deliver } from '../../helpers/listen-events.js';
import { startReceiver } from '../../helpers/receiver.js';
import { waitUntil } from '../../helpers/wait-until.js';
import { closedPort } from '../../helpers/receiving-app.js';

interface Options {
  readonly rate?: number;
  readonly deliveries: AsyncIterable<Deliver>;
  readonly ending?: AbortController;
  /** Gets a copy of each. */
  readonly mirror?: string;
}

function replay(url: string, { rate, deliveries, ending = new AbortController(), mirror }: Options) {
  const clock = new FakeClock();
  const events: ListenEvent[] = [];
  const replaying = startReplay({
    deliveries,
    routes: [route(url, false), ...(mirror === undefined ? [] : [route(mirror, true)])],
    secret: () => undefined,
    pace: pace(rate, clock),
    onEvent: (event) => events.push(event),
    clock,
    ending,
  });
  onTestFinished(() => replaying.stop(0));
  const outcomes = () => events.flatMap((event) => (event.kind === 'mirrored' ? [event.outcome?.kind] : []));
  return { ...replaying, clock, outcomes, kinds: () => events.map(({ kind }) => kind) };
}

const route = (url: string, mirror: boolean): Route => ({
  types: [],
  mirror,
  forwarder: forwarder({ target: new URL(url), timeout: 5_000 }),
});

async function* all(...deliveries: readonly Deliver[]): AsyncGenerator<Deliver> {
  for (const delivery of deliveries) yield await Promise.resolve(delivery);
}

/** One delivery, and then nothing for as long as nobody aborts. */
async function* oneAndNoMore(signal: AbortSignal): AsyncGenerator<Deliver> {
  yield deliver('1');
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
}

test('sends what was recorded as it came, one after another, and tells what a listener tells', async () => {
  const app = await startReceiver();
  const first = deliver('1', {
    method: 'PUT',
    path: '/orders',
    query: 'a=1&a=2',
    headers: [
      ['X-Twice', 'a'],
      ['X-Twice', 'b'],
    ],
    body: Buffer.from([1, 0, 255]),
  });
  const { ended, kinds } = replay(`${app.url}/hooks?b=3`, { deliveries: all(first, deliver('2')) });

  await ended;

  expect(app.requests).toMatchObject([
    { method: 'PUT', url: '/hooks/orders?b=3&a=1&a=2', body: first.body },
    { method: 'POST', url: '/hooks?b=3' },
  ]);
  expect(app.requests[0]?.rawHeaders.join()).toContain('X-Twice,a,X-Twice,b');
  expect(kinds()).toEqual(['connected', 'delivery', 'forwarded', 'delivery', 'forwarded']);
});

test('sends no faster than it was told to', async () => {
  const app = await startReceiver();
  const { ended, clock } = replay(app.url, { rate: 2, deliveries: all(deliver('1'), deliver('2')) });
  await waitUntil('the second waits', () => clock.timerCount === 1);
  expect(app.requests).toHaveLength(1);

  await clock.advance(500);
  await ended;
  expect(app.requests).toHaveLength(2);
});

describe('while nothing listens at the target', () => {
  test('waits, and sends all when something does', async () => {
    const port = await closedPort();
    const { ended, clock, kinds } = replay(`http://127.0.0.1:${port}`, { deliveries: all(deliver('1')) });
    await waitUntil('it holds', () => kinds().includes('holding') && clock.timerCount === 2);
    const app = await startReceiver({ port });
    await clock.advance(250);

    await ended;

    expect(app.requests).toHaveLength(1);
    expect(kinds()).toEqual(['connected', 'delivery', 'holding', 'held', 'resumed', 'forwarded']);
    expect(clock.timerCount).toBe(0);
  });

  test('gives up after 30 seconds', async () => {
    const port = await closedPort();
    const { ended, clock } = replay(`http://127.0.0.1:${port}`, { deliveries: all(deliver('1'), deliver('2')) });
    await waitUntil('it holds', () => clock.timerCount === 2);
    await clock.advance(30_000);

    await expect(ended).rejects.toThrow(`Nothing listens at http://127.0.0.1:${port}/; 30 s were waited for it.`);
  });
});

describe('stopped', () => {
  test('when all was played, it waits for the copies that are on their way to a mirror', async () => {
    const app = await startReceiver();
    const answers: (() => void)[] = [];
    const mirror = await startReceiver({ answer: (answer) => void answers.push(() => answer.writeHead(200).end()) });
    const replaying = replay(app.url, { deliveries: all(deliver('1')), mirror: mirror.url });
    await replaying.ended;
    await waitUntil('the copy is there', () => answers.length === 1);

    const stopped = replaying.stop(5_000);
    answers[0]?.();
    await stopped;

    expect(replaying.kinds()).toContain('mirrored');
    expect(replaying.outcomes()).toEqual(['answered']);
  });

  test('while it reads, it ends without an error', async () => {
    const app = await startReceiver();
    const ending = new AbortController();
    const replaying = replay(app.url, { ending, deliveries: oneAndNoMore(ending.signal) });
    await waitUntil('the first was sent', () => replaying.kinds().includes('forwarded'));

    await replaying.stop(5_000);

    await replaying.ended;
  });

  test('while it waits for an app, it ends without an error', async () => {
    const port = await closedPort();
    const replaying = replay(`http://127.0.0.1:${port}`, { deliveries: all(deliver('1')) });
    await waitUntil('it holds', () => replaying.clock.timerCount === 2);

    await replaying.stop(5_000);

    await replaying.ended;
    expect(replaying.clock.timerCount).toBe(0);
  });
});

test('ends with what the recording cannot be read for', async () => {
  const app = await startReceiver();
  const broken = async function* () {
    yield deliver('1');
    await Promise.reject(new Error('Line 2 of run.ndjson holds no delivery.'));
  };
  const { ended } = replay(app.url, { deliveries: broken() });

  await expect(ended).rejects.toThrow('Line 2 of run.ndjson holds no delivery.');
  expect(app.requests).toHaveLength(1);
});
