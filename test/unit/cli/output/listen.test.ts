import { describe, expect, test } from 'vitest';
import { renderListenEvent, renderUnreachable } from '../../../../src/cli/output/listen.js';
import { listenJson } from '../../../../src/cli/output/listen-json.js';
import { jsonText } from '../../../../src/cli/output/terminal.js';
import type { Deliver } from '../../../../src/tunnel/protocol.js';
import { systemError } from '../../../../src/util/system-error.js';
import type { ListenEvent } from '../../../../src/tunnel/listening.js';

const NOW = new Date('2026-01-02T03:04:05.000Z');

function delivery(body: string): Deliver {
  return {
    type: 'deliver',
    id: 'n1',
    attempt: 1,
    event: { id: 'e1', type: 'Unknown', isTest: false },
    method: 'POST',
    path: '',
    query: '',
    headers: [],
    body: Buffer.from(body),
  };
}

/** An event with `depth` objects and arrays inside each other. */
const nested = (depth: number) => `{"eventDetails":{"a":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`;
const printed = (body: string) =>
  jsonText(listenJson({ kind: 'delivery', delivery: delivery(body), signature: 'none' }, NOW));

describe('what an inbox got, as JSON', () => {
  test('has the event up to 64 objects deep', () => {
    const body = nested(64);
    expect(JSON.parse(printed(body))).toMatchObject({ event: JSON.parse(body) as unknown });
  });

  test.each([65, 100_000])('has no event, but the bytes, when it is %i deep', (depth) => {
    const body = nested(depth);
    expect(JSON.parse(printed(body))).toMatchObject({
      event: null,
      bodyBase64: Buffer.from(body).toString('base64'),
    });
  });
});

test.each(['delivery', 'forwarded'] as const)('no word of a service recolours the line of a %s', (kind) => {
  const red = '\u001b[31mred';
  const event = { id: red, type: red, isTest: false };
  const hostile = { ...delivery('{}'), id: red, method: red, path: red, query: red, event };
  const outcome = { kind: 'answered', url: red, status: 200, durationMs: 1 } as const;

  const line = renderListenEvent({ kind, delivery: hostile, outcome } as ListenEvent, NOW, { reveal: true });

  expect(line).toContain('�[31mred');
  expect(line).not.toContain(red);
});

test.each([
  [false, 'http://localhost:3000/hooks?email=d•••@example.com'],
  [true, 'http://localhost:3000/hooks?email=dana@example.com'],
])('the line of an answer shows a person in its URL only when that is revealed: %s', (reveal, shown) => {
  const url = 'http://localhost:3000/hooks?email=dana@example.com';
  const outcome = { kind: 'answered', url, status: 200, answer: '', durationMs: 1 } as const;

  const line = renderListenEvent({ kind: 'forwarded', delivery: delivery('{}'), outcome }, NOW, { reveal });

  expect(line).toContain(shown);
});

test.each([
  ['ENOTFOUND', 'its name is not known'],
  ['EHOSTUNREACH', 'there is no way to it from here'],
])('a target that cannot be reached for %s holds nothing, and is said to fail', (code, why) => {
  expect(renderUnreachable(new URL('http://shop.internal:8080/hooks'), systemError(code, 'no'))).toContain(
    `shop.internal:8080 cannot be reached: ${why}. Notifications fail, and are sent again later, until it can.`,
  );
});

test('one that takes its time is not said to be away', () => {
  expect(renderUnreachable(new URL('http://shop.internal:8080/hooks'), systemError('ETIMEDOUT', 'no'))).toContain(
    'shop.internal:8080 has not answered within a second. What it does not answer in time fails, and is sent again later.',
  );
});
