import { describe, expect, test } from 'vitest';
import { CalReplyError, codeForStatus, errorFromAnswer, ERRORS, systemErrorCode } from '../../src/errors.js';
import type { ErrorCode } from '../../src/errors.js';
import { errorJson, renderError } from '../../src/cli/output/errors.js';
import { stripVTControlCharacters } from 'node:util';
import { COLOR, HOSTILE_TEXTS, UNSAFE_CHARACTERS } from '../helpers/hostile-text.js';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe.each(codes)('%s', (code) => {
  test('is the same on both ends of the wire', () => {
    const error = new CalReplyError(code, 'Something is wrong with “5”.');
    const body: unknown = JSON.parse(JSON.stringify(error.toBody()));
    expect(body).toEqual({ Code: code, Reason: 'Something is wrong with “5”.' });

    const back = errorFromAnswer(error.status, body);
    expect(back).toBeInstanceOf(CalReplyError);
    expect({ code: back.code, message: back.message, hint: back.hint }).toEqual({
      code,
      message: error.message,
      hint: error.hint,
    });
    expect(back.exitCode).toBe(error.exitCode);
  });

  test('has a status of a failure, and one of the documented exit codes', () => {
    expect(ERRORS[code].status).toBeGreaterThanOrEqual(400);
    expect(ERRORS[code].status).toBeLessThan(600);
    expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(ERRORS[code].exitCode);
  });
});

test.each<[ErrorCode, number]>([
  ['ServiceFailed', 1],
  ['WrongUse', 2],
  ['InvalidRequest', 2],
  ['Unauthorized', 3],
  ['InvalidCredentials', 3],
  ['Forbidden', 3],
  ['NotFound', 4],
  ['ServiceUnreachable', 5],
  ['NotificationFailed', 6],
  ['TunnelLost', 7],
])('%s ends a command with %i', (code, exitCode) => {
  expect(new CalReplyError(code, 'x').exitCode).toBe(exitCode);
});

test('a hint of its own goes over the wire with an error, and that of its code does not', () => {
  const error = new CalReplyError('NotFound', 'There is no webhook whk_1.', { hint: 'See: calreply webhooks list' });
  expect(errorFromAnswer(404, JSON.parse(JSON.stringify(error.toBody())))).toMatchObject({ hint: error.hint });
  expect(new CalReplyError('Unauthorized', 'x').toBody()).toEqual({ Code: 'Unauthorized', Reason: 'x' });
  expect(errorFromAnswer(404, { Code: 'NotFound', Reason: 'x', Hint: 5 }).hint).toBeUndefined();
});

describe('an answer', () => {
  test.each([
    [400, 'InvalidRequest'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [405, 'MethodNotAllowed'],
    [409, 'Conflict'],
    [413, 'TooLarge'],
    [415, 'UnsupportedMediaType'],
    [422, 'InvalidRequest'],
    [426, 'ProtocolTooOld'],
    [429, 'InvalidRequest'],
    [500, 'ServiceFailed'],
    [502, 'ServiceUnavailable'],
    [503, 'ServiceUnavailable'],
    [504, 'ServiceUnavailable'],
  ] as const)('of %i with a code that is not known is understood as %s', (status, code) => {
    expect(codeForStatus(status)).toBe(code);
    for (const Code of ['NewerCode', '', '__proto__', 'toString']) {
      expect(errorFromAnswer(status, { Code, Reason: 'The service’s own sentence.' })).toMatchObject({
        code,
        message: 'The service’s own sentence.',
      });
    }
  });

  test.each([
    [undefined],
    [null],
    ['<html>Bad gateway</html>'],
    [[]],
    [{}],
    [{ Code: 'NotFound' }],
    [{ Reason: 'Gone.' }],
    [{ Code: 5, Reason: 'x' }],
    [{ code: 'NotFound', reason: 'x' }],
  ])('that is not the error model is told as such, with its status: %j', (body) => {
    expect(errorFromAnswer(502, body)).toMatchObject({
      code: 'ServiceUnreachable',
      message: expect.stringContaining('502'),
      hint: expect.any(String),
    });
  });
});

test('an error says what to try: its own hint before the one of its code', () => {
  expect(new CalReplyError('Unauthorized', 'x').hint).toContain('calreply login');
  expect(new CalReplyError('Unauthorized', 'x', { hint: 'Try this.' }).hint).toBe('Try this.');
  expect(new CalReplyError('NotFound', 'x').hint).toBeUndefined();
});

test('an error keeps the failure underneath', () => {
  const cause = new Error('underneath');
  expect(new CalReplyError('ServiceFailed', 'x', { cause }).cause).toBe(cause);
  expect('cause' in new CalReplyError('ServiceFailed', 'x')).toBe(false);
});

describe('the system’s code', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  test.each<[string, unknown, string | undefined]>([
    ['itself', refused, 'ECONNREFUSED'],
    ['of a cause', new TypeError('fetch failed', { cause: refused }), 'ECONNREFUSED'],
    ['of a cause of a cause', new Error('a', { cause: new Error('b', { cause: refused }) }), 'ECONNREFUSED'],
    ['of the first of several', new AggregateError([refused, new Error('other')]), 'ECONNREFUSED'],
    ['of several in a cause', new Error('a', { cause: new AggregateError([refused]) }), 'ECONNREFUSED'],
    ['of none', new Error('no code'), undefined],
    ['of no error', 'ECONNREFUSED', undefined],
    ['of nothing', undefined, undefined],
  ])('is found: %s', (_name, error, expected) => {
    expect(systemErrorCode(error)).toBe(expected);
  });
});

describe('in the terminal', () => {
  test('an error is its sentence, and what to try', () => {
    const error = new CalReplyError('NotFound', 'There is no webhook whk_1.', { hint: 'See: calreply webhooks list' });
    expect(stripVTControlCharacters(renderError(error))).toBe(
      '✗ There is no webhook whk_1.\n  See: calreply webhooks list',
    );
    expect(errorJson(error)).toEqual({
      error: { code: 'NotFound', reason: 'There is no webhook whk_1.', hint: 'See: calreply webhooks list' },
    });
    expect(errorJson(new CalReplyError('NotFound', 'x')).error.hint).toBeNull();
  });

  test.each(HOSTILE_TEXTS)('nothing of %j gets through', (text) => {
    const shown = renderError(new CalReplyError('NotFound', text, { hint: text })).replaceAll(COLOR, '');
    expect(UNSAFE_CHARACTERS.filter((character) => shown.includes(character))).toEqual([]);
    expect(shown).not.toContain('\r');
  });
});
