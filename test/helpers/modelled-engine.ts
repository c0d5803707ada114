import { expect } from 'vitest';
import type { Outcome } from '../../src/delivery/destination.js';
import { answered, type Engine } from './engine.js';
import { NotificationModel, type Ending, type Start } from './notification-model.js';
import { account, addWebhook } from './open-store.js';

/** The engine on its database, with exchanges that stay open until a command ends them. */
export interface Real {
  readonly engine: Engine;
  /** What is being sent, by the id of the notification. */
  readonly open: Map<string, (outcome: Outcome) => void>;
  readonly starts: Start[];
  wake(): void;
  restart(): Promise<void>;
}

/** A model and an engine with two webhooks and nothing else to do. */
export async function beginBoth(engine: Engine): Promise<{ model: NotificationModel; real: Real }> {
  const model = new NotificationModel(engine.clock.now());
  for (let i = 0; i < 2; i += 1) {
    model.webhooks.push({ id: (await addWebhook(engine.store)).id, isOn: true, isRemoved: false });
  }

  const open: Real['open'] = new Map();
  const starts: Start[] = [];
  engine.answer = ({ at, message: { notification }, signal }) =>
    new Promise((resolve) => {
      const { id, attempt } = notification;
      const finish = (outcome: Outcome) => {
        open.delete(id);
        resolve(outcome.kind === 'unsent' ? outcome : { ...outcome, durationMs: engine.clock.now() - at });
      };
      starts.push({ at, id, attempt });
      open.set(id, finish);
      signal.addEventListener('abort', () => finish({ kind: 'unanswered', error: 'timeout', durationMs: 0 }));
    });
  let worker = engine.start();
  const restart = async () => {
    await engine.crash();
    worker = engine.start();
  };
  return { model, real: { engine, open, starts, wake: () => worker.wake(), restart } };
}

export function outcomeOf(ending: Ending): Outcome {
  if (ending === 'unsent') return { kind: 'unsent' };
  if (ending === 'reset') return { kind: 'unanswered', error: 'connection_reset', durationMs: 0 };
  const { status, askedWait } = ending;
  return answered(status, askedWait === undefined ? {} : { retryAfter: String(askedWait / 1000) });
}

/** Expects that the engine has sent what the model says and nothing else, and that the store tells the same of each. */
export async function expectSame(model: NotificationModel, { engine, open, starts }: Real): Promise<void> {
  await engine.settle();
  expect(engine.errors).toEqual([]);
  expect(starts.map(startText).sort()).toEqual(model.starts.map(startText).sort());
  // What was under way to a webhook that was removed meanwhile is nobody's any more.
  const toRemoved = model.notifications.filter(({ webhook }) => webhook.isRemoved).map(({ id }) => id);
  const known = [...open.keys()].filter((id) => !toRemoved.includes(id));
  expect(known.sort()).toEqual(model.open.map(({ id }) => id).sort());
  for (const { id: webhookId } of model.webhooks) {
    const { items } = await engine.store.notifications(account.id, { webhookId, limit: 1000 });
    const kept = items.map((one) => [one.id, one.status, one.attemptCount, waitOf(one.nextAttemptAt, model.now)]);
    const expected = model.notifications.filter(({ webhook }) => webhook.id === webhookId);
    expect(kept.reverse()).toEqual(
      expected.map(({ id, status, attempts, dueAt }) => [id, status, attempts, waitOf(dueAt, model.now)]),
    );
  }
}

/** Nothing is left for the next one. */
export async function leave(model: NotificationModel, { engine }: Real): Promise<void> {
  for (const { id } of model.webhooks) {
    await engine.store.write((transaction) => transaction.removeWebhook(id, model.now));
  }

  await engine.crash();
  engine.errors.length = 0;
}

function startText({ at, id, attempt }: Start): string {
  return `${at} ${id} ${attempt}`;
}

/** How long something that is due has to wait: what is overdue is due now. */
function waitOf(dueAt: number | null, now: number): number | null {
  return dueAt === null ? null : Math.max(dueAt - now, 0);
}
