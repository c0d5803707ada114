import { expect, test } from 'vitest';
import { logDestination } from '../../../src/server/log-destination.js';
import { systemError } from '../../../src/util/system-error.js';
import { newLogger } from '../../../src/server/logger.js';

test('of an error only its name, code, words and causes are told, and no secret of theirs', () => {
  const lines: string[] = [];
  const logger = newLogger('info', { write: (line) => void lines.push(line) });
  const cause = Object.assign(new Error('to dana@example.com'), { code: 'EPIPE' });
  const error = Object.assign(new TypeError('https://a.example/x?token=1', { cause }), {
    input: 'plain text of a header',
    headers: { 'x-key': 'k1' },
  });
  logger.error({ err: error, req: { headers: { authorization: 'Bearer abc' } } }, 'whsec_abc');

  const told = JSON.parse(lines[0] ?? '') as { err: { stack: string } };
  expect(told).toMatchObject({
    level: 'error',
    msg: 'whsec_[hidden]',
    err: { type: 'TypeError', message: 'https://a.example/[hidden]', cause: { code: 'EPIPE', message: 'to [e-mail]' } },
  });
  expect(told).not.toHaveProperty('req');
  expect(Object.keys(told.err)).toEqual(['type', 'message', 'stack', 'cause']);
});

test('a log that takes nothing for a while loses records, says how many, and fails nobody', () => {
  const written: string[] = [];
  let isBroken = true;
  const destination = logDestination((bytes) => {
    if (isBroken) throw systemError('EPIPE', 'broken pipe');
    written.push(bytes.toString());
    return bytes.length;
  });
  destination.write('1\n');
  destination.write('2\n');
  isBroken = false;
  destination.write('3\n');
  destination.write('4\n');

  expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 'error', lost: 2 });
  expect(written.slice(1)).toEqual(['3\n', '4\n']);
});

test('a record that was cut off, since the disk became full, stands on a line of its own', () => {
  let log = '';
  let room = 0;
  const destination = logDestination((bytes) => {
    if (room === 0) throw systemError('ENOSPC', 'no space left on device');
    const taken = bytes.subarray(0, room);
    room -= taken.length;
    log += taken.toString();
    return taken.length;
  });
  room = 13;
  for (const record of ['{"a":"☃"}\n', '{"b":1}\n', '{"c":2}\n']) destination.write(record);
  room = 1;
  destination.write('{"d":3}\n');
  room = 10_000;
  destination.write('{"e":4}\n');

  const [whole, cut, told, last, ...rest] = log.split('\n');
  expect([whole, cut, last, rest]).toEqual(['{"a":"☃"}', '{', '{"e":4}', ['']]);
  expect(JSON.parse(told ?? '')).toMatchObject({ lost: 3 });
});
