import { beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import type { NotificationResource } from '../../src/api/contract.js';
import { pace } from '../../src/trigger/pace.js';
import { ofScenario, repeated, type Plan } from '../../src/trigger/plan.js';
import { triggerMany } from '../../src/trigger/trigger-many.js';
import { systemClock } from '../../src/util/clock.js';
import { newGuid } from '../../src/util/ids.js';
import { startReceiver, statuses } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

interface Run {
  readonly api?: ApiClient;
  readonly awaits?: (notification: NotificationResource) => boolean;
  readonly onProgress?: (done: number) => void;
}

const trigger = (plan: Plan, { api = service.api, awaits, onProgress = () => undefined }: Run = {}) =>
  triggerMany(plan, {
    api,
    clock: systemClock,
    runId: newGuid(),
    pace: pace(undefined, systemClock),
    signal: new AbortController().signal,
    keepsIds: true,
    awaits,
    progress: () => ({ update: onProgress, end: () => undefined }),
  });

/** A webhook of a receiver of its own. */
async function webhook(...answers: readonly number[]) {
  const receiver = await startReceiver({ answer: statuses(...(answers.length > 0 ? answers : [200])) });
  return { receiver, id: (await service.api.createWebhook({ url: receiver.url, eventTypes: ['Test'] })).id };
}

test('over a connection that breaks again and again, everything is sent once', async () => {
  const { receiver, id } = await webhook();
  const proxy = await startTcpProxy(service.url);
  const api = new ApiClient({ apiUrl: proxy.through(service.url), ...service.credentials, userAgent: 'test' });
  let cuts = 0;
  const onProgress = (done: number) => {
    if (done % 20 !== 0) return;
    cuts += 1;
    proxy.cut();
  };

  const plan = repeated({ eventType: 'Subscribe', seed: 1, to: [id] }, 100);
  const { sent, eventIds, failure, outcomes } = await trigger(plan, { api, onProgress, awaits: () => true });

  expect({ sent, failure }).toEqual({ sent: 100, failure: undefined });
  expect(cuts).toBeGreaterThanOrEqual(3);
  expect(outcomes).toMatchObject({ delivered: 100, failed: 0, pending: 0 });
  expect(new Set(eventIds).size).toBe(100);
  expect(receiver.eventIds().toSorted()).toEqual(eventIds.toSorted());
  const { events } = await service.api.events({ limit: 1000 });
  expect(events).toHaveLength(100);
});

test('a run uses few connections, however many events it has', async () => {
  const proxy = await startTcpProxy(service.url);
  const api = new ApiClient({ apiUrl: proxy.through(service.url), ...service.credentials, userAgent: 'test' });

  await trigger(repeated({ eventType: 'Unsubscribe' }, 60), { api });

  // Eight at the same time, and one that logged in.
  expect(proxy.connectionCount).toBeLessThanOrEqual(9);
});

test('the same seed makes the same people in the same order', async () => {
  const people = async () => {
    const { eventIds } = await trigger(repeated({ eventType: 'Unsubscribe', seed: 7 }, 20));
    const events = await Promise.all(eventIds.map((id) => service.api.event(id)));
    return events.map(({ subscriptionId }) => subscriptionId);
  };
  const first = await people();

  expect(new Set(first).size).toBe(20);
  expect(await people()).toEqual(first);
});

test('scenarios of many people at the same time reach a webhook in order for each of them', async () => {
  const { receiver, id } = await webhook();
  const options = { scenario: 'out-of-order' as const, count: 10, seed: 100, now: () => Date.now(), set: {}, to: [id] };

  const { outcomes, few } = await trigger(ofScenario(options), { awaits: () => true });

  expect(outcomes).toMatchObject({ delivered: 30 });
  expect(few).toBeUndefined();
  const typesOf = new Map<string, string[]>();
  for (const { body } of receiver.requests) {
    const { eventType, eventDetails } = JSON.parse(body.toString()) as {
      eventType: string;
      eventDetails: { calendarSubscriptionId: string };
    };
    const { calendarSubscriptionId: subscription } = eventDetails;
    typesOf.set(subscription, [...(typesOf.get(subscription) ?? []), eventType]);
  }
  expect([...typesOf.values()]).toEqual(
    Array.from({ length: 10 }, () => ['Unsubscribe', 'Subscribe', 'SubscriptionDetailsUpdated']),
  );
});

test('what fails is told, what waits behind it is not waited for', async () => {
  const { id } = await webhook(200, 500);
  const options = { scenario: 'churn' as const, count: 1, seed: 200, now: () => Date.now(), set: {}, to: [id] };

  const { outcomes, few } = await trigger(ofScenario(options), { awaits: () => true });

  expect(outcomes).toMatchObject({ delivered: 1, failed: 0, pending: 3 });
  expect(few?.map(({ notifications }) => notifications[0]?.lastStatus)).toEqual([200, 500, null, null]);
});
