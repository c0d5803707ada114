import { expect, test } from 'vitest';
import { deliveryInbox } from '../../../../src/tunnel/client/delivery-inbox.js';
import type { ClientMessage, Deliver } from '../../../../src/tunnel/protocol.js';

const delivery: Deliver = {
  type: 'deliver',
  id: 'n1',
  attempt: 1,
  event: { id: 'e1', type: 'Subscribe', isTest: false },
  method: 'POST',
  path: '',
  query: '',
  headers: [],
  body: Buffer.from('{}'),
};

const timedOut = { kind: 'unanswered', url: 'http://localhost/', error: 'timeout', durationMs: 5 } as const;

test('forwards and answers also when showing it fails, and forwards it once', async () => {
  let forwarded = 0;
  const fail = () => {
    throw new RangeError('Maximum call stack size exceeded');
  };
  const sent: ClientMessage[] = [];
  const inbox = deliveryInbox({
    send: (message) => sent.push(message),
    forward: () => {
      forwarded += 1;
      return Promise.resolve(timedOut);
    },
    onForwarded: fail,
  });

  inbox.take(delivery);
  await inbox.idle();
  inbox.take(delivery);

  expect(sent.map(({ type }) => type)).toEqual(['received', 'failed', 'received', 'failed']);
  expect(forwarded).toBe(1);
});

test('takes nothing new once it stops, and still answers what it has', async () => {
  let finish = () => {};
  const sent: ClientMessage[] = [];
  const inbox = deliveryInbox({
    send: (message) => sent.push(message),
    forward: () =>
      new Promise((resolve) => {
        finish = () => resolve(timedOut);
      }),
    onForwarded: () => {},
  });
  inbox.take(delivery);
  expect(inbox.inHand).toBe(1);

  inbox.stop();
  inbox.take({ ...delivery, id: 'n2' });
  finish();
  await inbox.idle();
  inbox.take(delivery);

  expect(sent.map((message) => ('id' in message ? `${message.type} ${message.id}` : message.type))).toEqual([
    'received n1',
    'failed n1',
    'received n1',
    'failed n1',
  ]);
  expect(inbox.inHand).toBe(0);
});

test('of what ended while there was no link nothing is forwarded again, however much was in hand', async () => {
  let forwarded = 0;
  const sent: ClientMessage[] = [];
  let isConnected = false;
  const inbox = deliveryInbox({
    send: (message) => isConnected && sent.push(message),
    forward: () => {
      forwarded += 1;
      return Promise.resolve(timedOut);
    },
    onForwarded: () => {},
  });
  // The largest window, of an app for each of eight types and the inbox.
  const all = Array.from({ length: 9 * 256 }, (_, i) => ({ ...delivery, id: `n${i}` }));
  for (const each of all) inbox.take(each);
  await inbox.idle();
  isConnected = true;
  for (const each of all) inbox.take(each);

  expect(forwarded).toBe(all.length);
  expect(sent.filter(({ type }) => type === 'failed')).toHaveLength(all.length);
});
