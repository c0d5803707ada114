import { describe, expect, test } from 'vitest';
import { CalReplyError, errorFromAnswer, type ErrorCode } from '../../../../src/errors.js';
import { endByClose, endByFailure, endByRefusal } from '../../../../src/tunnel/client/link-end.js';
import { CLOSE } from '../../../../src/tunnel/protocol.js';

const failure = (code: ErrorCode, retryAfter?: number) =>
  new CalReplyError(code, 'Because.', retryAfter === undefined ? {} : { retryAfter });

describe('a link that was closed', () => {
  test.each([1001, 1006, CLOSE.Restart, CLOSE.Silence, 4999])('with %i is made again', (code) => {
    expect(endByClose(code, '')).toEqual({ reason: 'the link broke' });
    expect(endByClose(code, 'Why.')).toEqual({ reason: 'Why.' });
  });

  test('since its login was over needs a new one, and nothing else', () => {
    expect(endByClose(CLOSE.LoginOver, 'The login is over.')).toEqual({
      reason: 'The login is over.',
      needsLogin: true,
    });
  });

  test.each([
    [CLOSE.BadMessage, 'ProtocolTooOld', 7, 'Install the newest'],
    [CLOSE.ListenerRemoved, 'TunnelLost', 7, 'Start calreply listen again'],
    [CLOSE.HeldByAnother, 'TunnelLost', 7, 'take its place with --takeover'],
    [CLOSE.TakenOver, 'TunnelLost', 7, 'Take it back with --takeover'],
  ] as const)('with %i ends the tunnel as %s, with exit code %i and what to do', (close, code, exitCode, hint) => {
    const { fatal } = endByClose(close, 'Words.');
    expect(fatal).toMatchObject({ code, exitCode, hint: expect.stringContaining(hint) });
  });
});

describe('a try that failed', () => {
  test.each(['ServiceUnreachable', 'ServiceUnavailable', 'ServiceFailed', 'TooManyTries'] as const)(
    'by %s is made again',
    (code) => {
      expect(endByFailure(failure(code)).fatal).toBeUndefined();
      expect(endByRefusal(failure(code)).fatal).toBeUndefined();
    },
  );

  test('waits as long as the service asked for, but nobody’s word for longer than 5 minutes', () => {
    const answer = (retryAfter: string) =>
      endByFailure(errorFromAnswer(429, { Code: 'TooManyTries', Reason: 'Later.' }, retryAfter)).pause;
    expect(answer('30')).toBe(30_000);
    expect(answer('86400')).toBe(300_000);
    expect(answer('Fri, 31 Dec 1999 23:59:59 GMT')).toBeUndefined();
    expect(answer('soon')).toBeUndefined();
  });

  test.each(['InvalidCredentials', 'Unauthorized'] as const)(
    'by %s says that the login was revoked, and how to log in again, with exit code 3',
    (code) => {
      const { fatal } = endByFailure(new CalReplyError(code, 'No.', { hint: 'Log in with: calreply login -p work' }));
      expect(fatal).toMatchObject({
        code,
        exitCode: 3,
        message: 'The login of this listener was revoked: its client id and secret hold no more.',
        hint: 'Log in with: calreply login -p work',
      });
    },
  );

  test('by anything else ends the tunnel with it', () => {
    const forbidden = failure('Forbidden');
    expect(endByFailure(forbidden).fatal).toBe(forbidden);
    expect(endByRefusal(forbidden).fatal).toBe(forbidden);
    expect(endByFailure(new TypeError('oops')).fatal).toMatchObject({ code: 'TunnelLost' });
  });

  test('by a WebSocket that was refused asks for the listener anew, also where it is gone or the token ended', () => {
    expect(endByRefusal(failure('NotFound'))).toMatchObject({ reason: 'Because.' });
    expect(endByRefusal(failure('NotFound')).fatal).toBeUndefined();
    expect(endByRefusal(failure('Unauthorized')).fatal).toBeUndefined();
  });
});
