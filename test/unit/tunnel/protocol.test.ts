import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CLOSE,
  encodeDelivery,
  readClientMessage,
  readServiceMessage,
  SUBPROTOCOL,
  type Deliver,
} from '../../../src/tunnel/protocol.js';

const text = (message: unknown) => Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));

const delivery: Deliver = {
  type: 'deliver',
  id: 'ntf_1',
  attempt: 1,
  event: { id: '0f1d5918-052d-4915-89a7-8cc9c4d33492', type: 'Subscribe', isTest: false },
  method: 'POST',
  path: '',
  query: '',
  headers: [['content-type', 'application/json']],
  body: Buffer.from('{}'),
};

/** A binary frame with any head, and a length that may lie. */
function frame(head: unknown, body: Buffer = Buffer.alloc(0), length?: number): Buffer {
  const bytes = text(head);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(length ?? bytes.length);
  return Buffer.concat([size, bytes, body]);
}

test('the subprotocol and the codes are those of the page', () => {
  expect(SUBPROTOCOL).toBe('calreply-tunnel.v1');
  expect(Object.values(CLOSE).sort()).toEqual([1000, 1012, 4400, 4401, 4404, 4408, 4409, 4410]);
});

describe('a delivery', () => {
  test('is one frame: four bytes of length, the head, the body as it is', () => {
    const body = Buffer.from([0, 255, 10, 128]);
    const encoded = encodeDelivery({ ...delivery, body });
    const end = 4 + encoded.readUInt32BE(0);
    const { body: _, ...head } = delivery;
    expect(JSON.parse(encoded.subarray(4, end).toString('utf8'))).toEqual(head);
    expect(encoded.subarray(end)).toEqual(body);
  });

  test('comes out as it went in, whatever its bytes and texts are', () => {
    const anyText = fc.string({ unit: 'grapheme' });
    const deliveries: fc.Arbitrary<Deliver> = fc.record({
      type: fc.constant('deliver' as const),
      id: anyText,
      attempt: fc.integer({ min: 1, max: 1000 }),
      event: fc.record({ id: anyText, type: anyText, isTest: fc.boolean() }),
      method: anyText,
      path: anyText,
      query: anyText,
      headers: fc.array(fc.tuple(anyText, anyText), { maxLength: 5 }),
      body: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(deliveries, (sent) => {
        const received = readServiceMessage(encodeDelivery(sent), true);
        expect(received).toEqual(sent);
      }),
    );
  });

  test('may have a body of nothing', () => {
    const body = Buffer.alloc(0);
    expect(readServiceMessage(encodeDelivery({ ...delivery, body }), true)).toEqual({ ...delivery, body });
  });

  test('may have fields that are not known yet', () => {
    const { body, ...head } = delivery;
    expect(readServiceMessage(frame({ ...head, later: [1] }, body), true)).toMatchObject(delivery);
  });
});

describe('a message', () => {
  test.each([
    { type: 'hello', session: 'random', client: 'calreply/1.0.0 on laptop' },
    { type: 'received', id: 'ntf_1', attempt: 1 },
    { type: 'handled', id: 'ntf_1', attempt: 1, status: 200, durationMs: 12, answer: 'ok' },
    {
      ...{ type: 'handled', id: 'ntf_1', attempt: 2, status: 503, durationMs: 0, answer: '' },
      ...{ retryAfter: '120', location: '/' },
    },
    { type: 'failed', id: 'ntf_1', attempt: 3, error: 'timeout', durationMs: 15000 },
    { type: 'busy', types: ['Subscribe', 'Inbox'] },
    { type: 'busy', types: [] },
    { type: 'ping' },
    { type: 'pong' },
  ])('of a client is understood: $type', (message) => {
    expect(readClientMessage(text(message), false)).toEqual(message);
    expect(readClientMessage(text({ ...message, later: { a: 1 } }), false)).toMatchObject(message);
  });

  test.each([{ type: 'ready', listener: 'laptop' }, { type: 'ping' }, { type: 'pong' }])(
    'of the service is understood: $type',
    (message) => {
      expect(readServiceMessage(text(message), false)).toEqual(message);
    },
  );

  test('carries at most 16 kB of an answer', () => {
    const message = { type: 'handled', id: 'n', attempt: 1, status: 200, durationMs: 1, answer: 'x'.repeat(20_000) };
    expect(readClientMessage(text(message), false)).toMatchObject({ answer: 'x'.repeat(16_384) });
  });
});

/** Refused with a sentence of ours: words and a full stop, and no leftovers of a program's. */
function expectSentence(read: () => unknown): void {
  const sentence = expect.stringMatching(/^[A-Z“].*\.$/s);
  expect(read).toThrow(expect.objectContaining({ name: 'Error', message: sentence }));
}

const MALFORMED = [
  '',
  ' ',
  '{',
  'null',
  '5',
  '"hello"',
  '[]',
  '{}',
  '{"type":null}',
  '{"type":5}',
  '{"type":"toString"}',
];

describe('refused from a client, with a sentence', () => {
  const handled = { type: 'handled', id: 'n', attempt: 1, status: 200, durationMs: 1, answer: '' };
  test.each<[unknown]>([
    ...MALFORMED.map((message): [unknown] => [message]),
    [{ type: 'ready', listener: 'laptop' }],
    [{ type: 'HELLO', session: 's', client: 'c' }],
    [{ type: 'hello', client: 'c' }],
    [{ type: 'hello', session: 's' }],
    [{ type: 'hello', session: 5, client: 'c' }],
    [{ type: 'hello', session: null, client: 'c' }],
    [{ type: 'received', attempt: 1 }],
    [{ type: 'received', id: 'n' }],
    [{ type: 'received', id: 'n', attempt: '1' }],
    [{ type: 'received', id: 'n', attempt: 0 }],
    [{ type: 'received', id: 'n', attempt: 1.5 }],
    [{ type: 'received', id: ['n'], attempt: 1 }],
    [{ ...handled, status: '200' }],
    [{ ...handled, status: 99 }],
    [{ ...handled, status: 1000 }],
    [{ ...handled, status: 200.5 }],
    [{ ...handled, durationMs: -1 }],
    [{ ...handled, answer: null }],
    [JSON.stringify(handled).replace('"durationMs":1', '"durationMs":1e999')],
    [{ type: 'failed', id: 'n', attempt: 1, durationMs: 1 }],
    [{ type: 'failed', id: 'n', attempt: 1, error: 'timeout' }],
    [{ type: 'failed', id: 'n', attempt: 1, error: 5, durationMs: 1 }],
    [{ type: 'busy' }],
    [{ type: 'busy', types: 'Subscribe' }],
    [{ type: 'busy', types: [5] }],
    [{ type: 'busy', types: Array(101).fill('Subscribe') }],
  ])('%j', (message) => {
    expectSentence(() => readClientMessage(text(message), false));
  });

  test('any binary frame', () => {
    expectSentence(() => readClientMessage(encodeDelivery(delivery), true));
    expectSentence(() => readClientMessage(text({ type: 'ping' }), true));
  });
});

describe('refused from the service, with a sentence', () => {
  const { body: _, ...head } = delivery;

  test.each<[unknown]>([
    ...MALFORMED.map((message): [unknown] => [message]),
    [{ type: 'ready' }],
    [{ type: 'ready', listener: {} }],
    [{ type: 'hello', session: 's', client: 'c' }],
    [head],
  ])('as text: %j', (message) => {
    expectSentence(() => readServiceMessage(text(message), false));
  });

  test.each<[unknown]>([
    ...MALFORMED.map((message): [unknown] => [message]),
    [{ type: 'ready', listener: 'laptop' }],
    ...Object.keys(head).map((field): [unknown] => [{ ...head, [field]: undefined }]),
    ...Object.keys(head).map((field): [unknown] => [{ ...head, [field]: null }]),
    [{ ...head, attempt: 0 }],
    [{ ...head, event: {} }],
    [{ ...head, event: [] }],
    [{ ...head, event: { ...head.event, isTest: 'no' } }],
    [{ ...head, event: { ...head.event, id: 5 } }],
    [{ ...head, headers: {} }],
    [{ ...head, headers: ['content-type'] }],
    [{ ...head, headers: [['content-type']] }],
    [{ ...head, headers: [['content-type', 5]] }],
    [{ ...head, headers: [['a', 'b', 'c']] }],
  ])('as a delivery: %j', (malformed) => {
    expectSentence(() => readServiceMessage(frame(malformed), true));
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['less than a length', Buffer.from([0, 0, 1])],
    ['a length of more than there is', frame(head, Buffer.alloc(0), 100_000)],
    ['the greatest length', frame(head, Buffer.alloc(0), 0xffffffff)],
    ['a length of less than the head', frame(head, Buffer.alloc(0), 20)],
    ['a length of nothing', frame(head, Buffer.alloc(0), 0)],
  ])('a frame of %s', (_name, bytes) => {
    expectSentence(() => readServiceMessage(bytes, true));
  });
});

test('no frame of random bytes does anything else than be refused with a sentence', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes, fc.boolean(), (random, isBinary) => {
      expectSentence(() => readServiceMessage(random, isBinary));
      expectSentence(() => readClientMessage(random, isBinary));
    }),
  );
});
