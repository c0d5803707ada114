import { describe, expect, test } from 'vitest';
import { answered, newEngine, refused, type Engine } from '../helpers/engine.js';
import { accept, account, addWebhook } from '../helpers/open-store.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const JUMPS = [
  ['a day back', -24 * HOUR],
  ['ten minutes back', -10 * MINUTE],
  ['ten minutes forward', 10 * MINUTE],
  ['eight hours forward', 8 * HOUR],
] as const;

/** The times of what was sent, by the clock that nobody sets. */
async function started(subscriptionId: string | null = null) {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store);
  const times: number[] = [];
  const id = await accept(engine.store, { createdAt: engine.clock.now(), subscriptionId }, webhook);
  const states = async () => {
    const { items } = await engine.store.notifications(account.id, { limit: 100 });
    return items.map(({ status }) => status).reverse();
  };
  /** How the other side answers, from now on. */
  const answer = (how: Engine['answer']) => {
    engine.answer = (sent) => {
      times.push(engine.clock.elapsed());
      return how(sent);
    };
  };
  answer(() => refused);
  return { engine, webhook, id, times, states, answer, worker: () => engine.start() };
}

describe.each(JUMPS)('when the date is set %s', (_, jump) => {
  test('a retry comes as long after the failure as it would have', async () => {
    const { engine, times, worker } = await started();
    worker();
    await engine.advance(2 * SECOND);
    engine.clock.jump(jump);
    await engine.advance(40 * SECOND);
    expect(times.slice(0, 2)).toEqual([0, 5 * SECOND]);
  });

  test('so does one that others are accepted and sent in front of', async () => {
    const { engine, webhook, times, worker } = await started();
    const running = worker();
    await engine.advance(2 * SECOND);
    engine.clock.jump(jump);
    await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    running.wake();
    await engine.advance(4 * SECOND);
    expect(times).toEqual([0, 2 * SECOND, 5 * SECOND]);
  });

  test('what fails after it is retried after the usual time', async () => {
    const { engine, times, answer, worker } = await started();
    let fail = () => {};
    answer(() => (times.length > 1 ? refused : new Promise((resolve) => (fail = () => resolve(refused)))));
    worker();
    await engine.advance(SECOND);
    engine.clock.jump(jump);
    await engine.advance(SECOND);
    fail();
    await engine.advance(6 * SECOND);
    expect(times).toEqual([0, 7 * SECOND]);
  });

  test('what waited behind one that was being sent goes next, at once', async () => {
    const { engine, webhook, times, states, answer, worker } = await started('dana');
    let finish = () => {};
    answer(() => (times.length > 1 ? answered(200) : new Promise((done) => (finish = () => done(answered(200))))));
    worker();
    await engine.settle();
    await accept(engine.store, { createdAt: engine.clock.now(), subscriptionId: 'dana' }, webhook);
    engine.clock.jump(jump);
    await engine.advance(SECOND);
    finish();
    await engine.advance(SECOND);
    expect(times).toEqual([0, SECOND]);
    expect(await states()).toEqual(['delivered', 'delivered']);
  });

  test('a receiver that is down gets all the attempts of thirty minutes, and not those of a day', async () => {
    const { engine, times, states, worker } = await started();
    worker();
    await engine.advance(10 * MINUTE);
    engine.clock.jump(jump);
    await engine.advance(2 * HOUR);
    expect(await states()).toEqual(['failed']);
    // The schedule begins anew when the date is set, so that thirty minutes are the least.
    expect(times.at(-1)).toBeGreaterThan(27 * MINUTE);
    expect(times.at(-1)).toBeLessThan(61 * MINUTE);
  });

  test('a receiver that asked for two minutes has them', async () => {
    const { engine, times, answer, worker } = await started();
    const until = new Date(engine.clock.now() + 2 * MINUTE).toUTCString();
    answer(() => (times.length > 1 ? answered(200) : answered(503, { retryAfter: until })));
    worker();
    await engine.advance(SECOND);
    engine.clock.jump(jump);
    await engine.advance(10 * MINUTE);
    expect(times).toEqual([0, 2 * MINUTE]);
  });

  test('what is delivered is not sent again, and what is accepted has its place in the history', async () => {
    const { engine, webhook, id, times, answer, worker } = await started();
    answer(() => answered(200));
    const running = worker();
    await engine.settle();
    engine.clock.jump(jump);
    const next = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    running.wake();
    await engine.advance(2 * HOUR);
    expect(times).toEqual([0, 0]);
    const first = await engine.store.notifications(account.id, { limit: 1 });
    const second = await engine.store.notifications(account.id, { limit: 1, cursor: first.nextCursor ?? '' });
    expect([first, second].map(({ items }) => items[0]?.id)).toEqual([next, id]);
  });

  test('webhook-timestamp is the new one', async () => {
    const { engine, worker } = await started();
    worker();
    await engine.advance(SECOND);
    engine.clock.jump(jump);
    await engine.advance(5 * SECOND);
    const [first, second] = engine.sent.map(({ message }) => Number(new Map(message.headers).get('webhook-timestamp')));
    expect((second ?? 0) - (first ?? 0)).toBe(5 + jump / SECOND);
  });
});

test('what was to be retried is sent at the start after the date was set back a day', async () => {
  const { engine, times, worker } = await started();
  worker();
  await engine.advance(6 * SECOND);
  await engine.crash();
  engine.clock.jump(-24 * HOUR);
  worker();
  await engine.advance(0);
  expect(times).toEqual([0, 5 * SECOND, 6 * SECOND]);
});
