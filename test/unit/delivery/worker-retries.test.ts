import { describe, expect, test } from 'vitest';
import { account, accept, addWebhook } from '../../helpers/open-store.js';
import { answered, hanging, newEngine, refused, reachable } from '../../helpers/engine.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Section 8 of the protocol notes, without jitter. */
const SCHEDULE = [0, 5, 35, 215, 395, 575, 755, 935, 1115, 1295, 1475, 1655].map((seconds) => seconds * SECOND);

async function started() {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store);
  const start = engine.clock.now();
  const id = await accept(engine.store, { createdAt: start }, webhook);
  return {
    engine,
    webhook,
    start,
    notification: () => engine.store.notification(account.id, id),
    attempts: () => engine.store.attempts(id),
    times: () => engine.sent.map(({ at }) => at - start),
  };
}

describe('a receiver that is down', () => {
  test('is tried over the whole schedule, and then given up', async () => {
    const { engine, start, notification, attempts, times } = await started();
    engine.answer = () => refused;
    engine.start();
    await engine.advance(60 * MINUTE);

    expect(times()).toEqual(SCHEDULE);
    expect(await notification()).toMatchObject({
      status: 'failed',
      attemptCount: SCHEDULE.length,
      nextAttemptAt: null,
      finishedAt: start + (SCHEDULE.at(-1) ?? 0),
      lastStatus: null,
      lastError: 'connection_refused',
    });
    const kept = await attempts();
    expect(kept.map(({ number }) => number)).toEqual(SCHEDULE.map((_, index) => index + 1));
    expect(kept.map(({ startedAt }) => startedAt - start)).toEqual(SCHEDULE);
  });

  test('gets the notification at the first attempt after it is back', async () => {
    const { engine, notification, attempts, times } = await started();
    engine.answer = ({ at }) => (at < engine.sent[0]!.at + 20 * MINUTE ? refused : answered(204));
    engine.start();
    await engine.advance(60 * MINUTE);

    const until = SCHEDULE.findIndex((time) => time >= 20 * MINUTE) + 1;
    expect(times()).toEqual(SCHEDULE.slice(0, until));
    expect(await notification()).toMatchObject({ status: 'delivered', attemptCount: until, lastStatus: 204 });
    expect((await attempts()).map(({ status, error }) => status ?? error)).toEqual([
      ...Array<string>(until - 1).fill('connection_refused'),
      204,
    ]);
  });

  test('gets the same webhook-id and body at every attempt', async () => {
    const { engine, times } = await started();
    engine.answer = () => answered(500);
    engine.start();
    await engine.advance(60 * MINUTE);

    expect(times()).toHaveLength(SCHEDULE.length);
    const ids = engine.sent.map(({ message }) => new Map(message.headers).get('webhook-id'));
    const bodies = engine.sent.map(({ message }) => message.body.toString('utf8'));
    expect(new Set(ids).size).toBe(1);
    expect(new Set(bodies).size).toBe(1);
  });
});

test('a retry by hand begins the whole schedule anew, and its attempts go on counting', async () => {
  const { engine, start, notification, times } = await started();
  engine.answer = () => refused;
  const worker = engine.start();
  await engine.advance(60 * MINUTE);
  const { id = '' } = (await notification()) ?? {};
  await engine.store.write((transaction) => transaction.retryNotifications(account.id, [id], engine.clock.now()));
  worker.wake();
  await engine.advance(60 * MINUTE);

  expect(times().slice(SCHEDULE.length)).toEqual(SCHEDULE.map((time) => time + 60 * MINUTE));
  expect(await notification()).toMatchObject({
    status: 'failed',
    attemptCount: 2 * SCHEDULE.length,
    finishedAt: start + 60 * MINUTE + (SCHEDULE.at(-1) ?? 0),
  });
});

describe('an answer', () => {
  test('of 503 with Retry-After is followed by nothing before that time', async () => {
    const { engine, times } = await started();
    engine.answer = () => (engine.sent.length === 1 ? answered(503, { retryAfter: '120' }) : answered(200));
    engine.start();
    await engine.advance(10 * MINUTE);
    expect(times()).toEqual([0, 120 * SECOND]);
  });

  test('of 3xx is a failure, and where it pointed is kept', async () => {
    const { engine, attempts } = await started();
    engine.answer = () => answered(302, { location: 'http://127.0.0.1/' });
    engine.start();
    await engine.settle();
    expect(await attempts()).toEqual([expect.objectContaining({ status: 302, location: 'http://127.0.0.1/' })]);
    await engine.advance(5 * SECOND);
    expect(engine.sent).toHaveLength(2);
  });

  test('of 410 turns the webhook off, says why, and sends nothing more', async () => {
    const { engine, webhook, notification } = await started();
    engine.answer = () => answered(410);
    engine.start();
    await engine.settle();
    const later = await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
    await engine.advance(60 * MINUTE);

    expect(engine.sent).toHaveLength(1);
    expect(await notification()).toMatchObject({ status: 'failed', lastStatus: 410, attemptCount: 1 });
    expect(await engine.store.notification(account.id, later)).toMatchObject({ status: 'pending', attemptCount: 0 });
    expect(await engine.store.webhook(account.id, webhook.id)).toMatchObject({
      enabled: false,
      disabledReason: expect.stringContaining('410'),
    });
  });

  test('that does not come in 15 s is a timeout', async () => {
    const { engine, attempts } = await started();
    engine.answer = hanging;
    engine.start();
    await engine.advance(15 * SECOND - 1);
    expect(engine.sent[0]?.signal.aborted).toBe(false);
    await engine.advance(1);
    expect(engine.sent[0]?.signal.aborted).toBe(true);
    expect(await attempts()).toEqual([expect.objectContaining({ status: null, error: 'timeout' })]);
  });
});

test('a listener has no limit: its developer may sit at a breakpoint', async () => {
  const engine = await newEngine();
  const webhook = await addWebhook(engine.store, { listenerId: 'lst_1' });
  await accept(engine.store, { createdAt: engine.clock.now() }, webhook);
  engine.reachable = [reachable('lst_1')];
  engine.answer = hanging;
  engine.start();
  await engine.advance(60 * MINUTE);
  expect(engine.sent.map(({ signal }) => signal.aborted)).toEqual([false]);
});
