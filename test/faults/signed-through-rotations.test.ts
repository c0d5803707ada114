import { Webhook } from 'standardwebhooks';
import { beforeAll, expect, test } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { startReceiver, type ReceivedRequest } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { wholeFaults } from '../helpers/whole-faults.js';

/* Fault test 11: the secret is rotated while events come in, and every receiver verifies all of them. */

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const EVENTS = wholeFaults ? 3000 : 150;
const ROTATIONS = wholeFaults ? 40 : 5;

/** By the public package, as a receiver would. */
function verifies({ body, headers }: ReceivedRequest, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

test('whatever is sent through rotations verifies by the newest secret of its time and the one before it', async () => {
  const begun: number[] = [];
  const { url, requests } = await startReceiver({
    answer: (answer, { headers }, place) => {
      begun.push(rotationsBegun);
      // Retries are signed anew. They take seconds, so only the whole form has some.
      const fails = wholeFaults && headers['calreply-attempt'] === '1' && place % 7 === 0;
      answer.writeHead(fails ? 500 : 200).end();
    },
  });
  const { id, secret } = await service.api.createWebhook({ url });
  const secrets = [secret];
  let rotationsBegun = 0;
  /** How many rotations were answered when an event was triggered. */
  const answered = new Map<string, number>();

  const load = async () => {
    while (answered.size < EVENTS) {
      const before = secrets.length - 1;
      const batch = Array.from({ length: 10 }, () => service.api.triggerEvent({ eventType: 'Test', to: [id] }));
      for (const { event } of await Promise.all(batch)) answered.set(event.eventId, before);
    }
  };
  const rotate = async () => {
    for (let time = 1; time <= ROTATIONS; time += 1) {
      const enough = (EVENTS / (ROTATIONS + 1)) * time;
      await eventually(`${enough} events`, () => requests.length >= enough);
      rotationsBegun += 1;
      secrets.push((await service.api.rotateSecret(id, {})).secret);
    }
  };
  await Promise.all([load(), rotate()]);
  const delivered = async () => (await service.api.notificationStatistics({ webhook: id })).total.delivered;
  await eventually('all of them', async () => (await delivered()) === answered.size);

  expect(new Set(requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(answered.keys()));
  const wrong = requests.filter((request, place) => {
    const by = secrets.flatMap((each, index) => (verifies(request, each) ? [index] : []));
    const newest = by.at(-1) ?? -1;
    const least = answered.get(String(request.headers['webhook-id'])) ?? Infinity;
    const isOfItsTime = newest >= least && newest <= (begun[place] ?? -1);
    return !isOfItsTime || by.join() !== (newest === 0 ? '0' : `${newest - 1},${newest}`);
  });
  expect(wrong).toEqual([]);
});

test('with “now” nothing that is sent after the answer verifies by the old secret', async () => {
  const { url, requests } = await startReceiver();
  const { id, secret: old } = await service.api.createWebhook({ url });
  const send = (count: number) =>
    Promise.all(Array.from({ length: count }, () => service.api.triggerEvent({ eventType: 'Test', to: [id] })));
  await send(20);
  const { secret } = await service.api.rotateSecret(id, { now: true });
  const after = new Set((await send(20)).map(({ event }) => event.eventId));
  const sentAfter = () => requests.filter(({ headers }) => after.has(String(headers['webhook-id'])));
  await eventually('those after it', () => (sentAfter().length === 20 ? true : undefined));
  expect(sentAfter().filter((request) => verifies(request, old))).toEqual([]);
  expect(sentAfter().every((request) => verifies(request, secret))).toBe(true);
});
