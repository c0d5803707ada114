import { expect, test } from 'vitest';
import { logDestination } from '../../../src/server/log-destination.js';
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
  const destination = logDestination((text) => {
    if (isBroken) throw Object.assign(new Error('broken pipe'), { code: 'EPIPE' });
    written.push(text);
  });
  destination.write('1\n');
  destination.write('2\n');
  isBroken = false;
  destination.write('3\n');
  destination.write('4\n');

  expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 'error', lost: 2 });
  expect(written.slice(1)).toEqual(['3\n', '4\n']);
});
