import { expect, test } from 'vitest';
import { listenJson } from '../../../src/cli/output/listen-json.js';
import { jsonText } from '../../../src/cli/output/terminal.js';
import { recordedDeliveries } from '../../../src/listen/recording.js';
import type { Deliver } from '../../../src/tunnel/protocol.js';
import { deliver } from '../../helpers/listen-events.js';

const line = (delivery: Deliver) =>
  jsonText(listenJson({ kind: 'delivery', delivery, signature: 'none' }, new Date(0)));

async function* listOf(lines: readonly string[]): AsyncGenerator<string> {
  for (const one of lines) yield await Promise.resolve(one);
}

async function played(...lines: readonly string[]): Promise<readonly Deliver[]> {
  const deliveries: Deliver[] = [];
  for await (const delivery of recordedDeliveries(listOf(lines), 'run.ndjson')) deliveries.push(delivery);
  return deliveries;
}

test('a delivery comes out of a recording as it went in', async () => {
  const delivery = deliver('ntf_1', {
    attempt: 3,
    event: { id: 'e1', type: 'Subscribe', isTest: true },
    method: 'PUT',
    path: '/orders/7%20',
    query: 'a=1&a=%20b',
    headers: [
      ['Webhook-Id', 'e1'],
      ['X-Twice', 'a'],
      ['x-twice', 'b\u0080'],
      ['calreply-test', 'true'],
    ],
    body: Buffer.from([0, 255, 10, 13]),
  });

  expect(await played(line(delivery))).toEqual([delivery]);
});

test('what a listener tells besides, and empty lines, are skipped', async () => {
  const told = ['\uFEFF{"type":"ready","at":"x"}', '', '{"type":"forwarded","at":"x"}', line(deliver('ntf_1')), ' \r'];

  expect(await played(...told)).toMatchObject([{ id: 'ntf_1' }]);
});

test('a line of an older version has no path and no query', async () => {
  const {
    path: _,
    query: __,
    ...older
  } = JSON.parse(line(deliver('ntf_1', { path: '/a' }))) as Record<string, unknown>;

  expect(await played(JSON.stringify(older))).toMatchObject([{ id: 'ntf_1', path: '', query: '' }]);
});

test('the last line may be cut short, as when its writer was killed; no other', async () => {
  const whole = line(deliver('ntf_1'));
  for (const length of [1, 10, 100]) expect(await played(whole, whole.slice(0, length))).toHaveLength(1);

  await expect(played(whole.slice(0, 100), whole)).rejects.toThrow('Line 1 of run.ndjson holds no delivery.');
});

test.each([
  '{"type":"event"}',
  'nonsense',
  '[]',
  '5',
  line(deliver('ntf_1')).replace('"attempt":1', '"attempt":"1"'),
  line(deliver('ntf_1')).replace('"headers":[]', '"headers":[["a"]]'),
])('%s is an error that names the line', async (wrong) => {
  await expect(played(line(deliver('ntf_0')), wrong, '')).rejects.toThrow('Line 2 of run.ndjson holds no delivery.');
});

test('an Event Object is no request, and the error says what plays it', async () => {
  await expect(played('{"eventType":"Test","eventDetails":{}}')).rejects.toMatchObject({
    hint: 'Send Event Objects with: calreply events trigger --from',
  });
});

test('a recording without a delivery is an error', async () => {
  await expect(played('', '{"type":"ready","at":"x"}')).rejects.toThrow('There is no delivery in run.ndjson.');
});
