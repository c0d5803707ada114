import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newEngine } from '../helpers/engine.js';
import { beginBoth, expectSame, leave, outcomeOf, type Real } from '../helpers/modelled-engine.js';
import type { Ending, NotificationModel } from '../helpers/notification-model.js';
import { account, newEvent } from '../helpers/open-store.js';
import { wholeFaults } from '../helpers/whole-faults.js';

/** Lets something happen to both. */
type Happening = (model: NotificationModel, real: Real) => Promise<void>;

/** With words of its own in the sequence that a failure prints. */
const command = (words: string, happen: Happening) => ({ happen, [fc.toStringMethod]: () => words });

const ENDINGS = [
  { status: 200 },
  { status: 200 },
  { status: 500 },
  { status: 503, askedWait: 60_000 },
  { status: 410 },
  'reset',
  'unsent',
];
const which = fc.nat(12);
const commands = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('dana', 'dana', 'sam', null).map(accept) },
  { weight: 8, arbitrary: fc.tuple(which, fc.constantFrom(...(ENDINGS as Ending[]))).map(end) },
  { weight: 6, arbitrary: which.map(retry) },
  { weight: 2, arbitrary: which.map(resend) },
  { weight: 2, arbitrary: fc.tuple(which, fc.boolean()).map(turn) },
  { weight: 1, arbitrary: which.map(remove) },
  { weight: 1, arbitrary: fc.constant(command('kill -9', kill)) },
  { weight: 3, arbitrary: fc.constantFrom(1, 30, 200).map(wait) },
  { weight: 1, arbitrary: fc.constant(wait(2000)) },
);

test('whatever happens, one of a subscription is sent at a time, the oldest first, and all of them end', async () => {
  const engine = await newEngine();
  const sequences = fc.array(commands, { minLength: 5, maxLength: 30, size: 'max' });
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const { model, real } = await beginBoth(engine);
      try {
        for (const { happen } of sequence) {
          await happen(model, real);
          await expectSame(model, real);
        }

        await expectAllToEnd(model, real);
      } finally {
        await leave(model, real);
      }
    }),
    { numRuns: wholeFaults ? 600 : 20 },
  );
}, 600_000);

function accept(key: string | null) {
  return command(`accept for ${key}`, async (model, real) => {
    const told = model.webhooks.filter(({ isOn, isRemoved }) => isOn && !isRemoved);
    const event = newEvent({ subscriptionId: key, createdAt: model.now });
    const webhookIds = told.map(({ id }) => id);
    const ids = await real.engine.store.write((transaction) => transaction.acceptEvent(event, webhookIds));
    real.wake();
    told.forEach((webhook, i) => model.accept({ id: ids[i] ?? '', eventId: event.id, webhook, key }));
  });
}

function end([index, ending]: readonly [number, Ending]) {
  return command(`end exchange ${index} with ${JSON.stringify(ending)}`, async (model, real) => {
    const one = pick(model.open, index);
    if (!one) return;
    real.open.get(one.id)?.(outcomeOf(ending));
    model.end(one, ending);
  });
}

function retry(index: number) {
  return command(`retry ${index} by hand`, async (model, real) => {
    const one = pick(model.notifications, index);
    if (!one) return;
    await real.engine.store.write((transaction) => transaction.retryNotifications(account.id, [one.id], model.now));
    real.wake();
    model.retry(one);
  });
}

function resend(index: number) {
  return command(`resend the event of ${index}`, async (model, real) => {
    const sent = pick(model.notifications, index);
    if (!sent || !sent.webhook.isOn || sent.webhook.isRemoved) return;
    const { webhook, eventId, key } = sent;
    const event = { id: eventId, accountId: account.id };
    const ids = await real.engine.store.write((transaction) => transaction.resendEvent(event, [webhook.id], model.now));
    real.wake();
    model.accept({ id: ids[0] ?? '', eventId, webhook, key });
  });
}

function turn([index, isOn]: readonly [number, boolean]) {
  return command(`turn webhook ${index} ${isOn ? 'on' : 'off'}`, async (model, real) => {
    const webhook = pick(model.webhooks, index);
    if (!webhook || webhook.isRemoved) return;
    await real.engine.store.write((transaction) => transaction.changeWebhook(webhook.id, { enabled: isOn }));
    real.wake();
    model.turn(webhook, isOn);
  });
}

function remove(index: number) {
  return command(`remove webhook ${index}`, async (model, real) => {
    const webhook = pick(model.webhooks, index);
    if (!webhook || webhook.isRemoved) return;
    await real.engine.store.write((transaction) => transaction.removeWebhook(webhook.id, model.now));
    model.remove(webhook);
  });
}

async function kill(model: NotificationModel, real: Real): Promise<void> {
  await real.restart();
  model.restart();
}

function wait(seconds: number) {
  return command(`wait ${seconds} s`, async (model, real) => {
    await real.engine.settle();
    await real.engine.advance(seconds * 1000);
    model.advance(seconds * 1000);
  });
}

/** Everything that is left is delivered once every webhook is on and answers. */
async function expectAllToEnd(model: NotificationModel, real: Real): Promise<void> {
  for (let i = 0; i < model.webhooks.length; i += 1) await turn([i, true]).happen(model, real);
  const isLeft = () => model.notifications.some(({ status }) => status === 'pending');
  for (let round = 0; round < 2 * model.notifications.length && isLeft(); round += 1) {
    if (model.open.length === 0) await wait((model.nextAt - model.now) / 1000).happen(model, real);
    while (model.open.length > 0) {
      await real.engine.settle();
      await end([0, { status: 200 }]).happen(model, real);
    }
  }

  expect(isLeft()).toBe(false);
  await expectSame(model, real);
}

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items[index % Math.max(items.length, 1)];
}
