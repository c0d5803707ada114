import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { signedAnew } from '../../../src/listen/sign-anew.js';
import type { Deliver } from '../../../src/tunnel/protocol.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { deliver } from '../../helpers/listen-events.js';

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes or so').toString('base64')}`;

const recorded = deliver('ntf_1', {
  event: { id: 'e1', type: 'Subscribe', isTest: false },
  body: Buffer.from('{"eventId": "e1"}'),
  headers: [
    ['content-type', 'application/json'],
    ['Webhook-Id', 'e1'],
    ['Webhook-Timestamp', '1600000000'],
    ['Webhook-Signature', 'v1,old v1,older'],
    ['calreply-notification-id', 'ntf_1'],
  ],
});

async function signed(deliveries: readonly Deliver[], secret: string | undefined) {
  let told = 0;
  const source = async function* () {
    for (const delivery of deliveries) yield await Promise.resolve(delivery);
  };
  const signing = { secret, clock: new FakeClock(Date.now()), onOldSignature: () => (told += 1) };
  const results: Deliver[] = [];
  for await (const delivery of signedAnew(source(), signing)) results.push(delivery);
  return { results, told };
}

describe('with a secret', () => {
  test('a delivery of the service gets a signature of now, which the public package accepts, under its old id', async () => {
    const { results, told } = await signed([recorded], SECRET);
    const [delivery] = results;
    const headers = Object.fromEntries(delivery?.headers.map(([name, value]) => [name.toLowerCase(), value]) ?? []);

    expect(new Webhook(SECRET).verify(recorded.body, headers)).toEqual({ eventId: 'e1' });
    expect(delivery?.headers.map(([name]) => name)).toEqual(recorded.headers.map(([name]) => name));
    expect(headers).toMatchObject({ 'webhook-id': 'e1', 'content-type': 'application/json' });
    expect(told).toBe(0);
  });

  test('what came in at an inbox keeps the signature of its sender', async () => {
    const headers = recorded.headers.filter(([name]) => name !== 'calreply-notification-id');

    expect((await signed([{ ...recorded, headers }], SECRET)).results).toEqual([{ ...recorded, headers }]);
  });
});

test('without a secret all stays as it was, and that is told once', async () => {
  expect(await signed([recorded, recorded], undefined)).toEqual({ results: [recorded, recorded], told: 1 });
});

test('without a secret nothing is told of what the service did not sign', async () => {
  expect(await signed([deliver('ntf_1')], undefined)).toMatchObject({ told: 0 });
});

test('a request of another service of this kind keeps the signature of its sender', async () => {
  const foreign = deliver('ntf_2', { headers: recorded.headers, body: recorded.body });
  const { results, told } = await signed([foreign], SECRET);
  expect(results).toEqual([foreign]);
  expect(told).toBe(0);
});
