import { expect, test } from 'vitest';
import { deliveryInbox } from '../../../src/tunnel/delivery-inbox.js';
import type { ClientMessage, Deliver } from '../../../src/tunnel/protocol.js';

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

test('forwards and answers also when showing it fails, and forwards it once', async () => {
  let forwarded = 0;
  const fail = () => {
    throw new RangeError('Maximum call stack size exceeded');
  };
  const inbox = deliveryInbox({
    forward: () => {
      forwarded += 1;
      return Promise.resolve({ kind: 'unanswered', url: 'http://localhost/', error: 'timeout', durationMs: 5 });
    },
    onForwarded: fail,
  });
  const sent: ClientMessage[] = [];
  inbox.connect((message) => sent.push(message));

  inbox.take(delivery);
  await inbox.idle();
  inbox.take(delivery);

  expect(sent.map(({ type }) => type)).toEqual(['received', 'failed', 'received', 'failed']);
  expect(forwarded).toBe(1);
});
