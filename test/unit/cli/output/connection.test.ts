import { describe, expect, test } from 'vitest';
import { renderConnected, renderReconnecting, worthALine } from '../../../../src/cli/output/connection.js';
import type { Reconnecting } from '../../../../src/tunnel/client/client.js';

const MINUTE = 60_000;

describe('a link that is back says for how long it was away and what that cost', () => {
  test.each([
    [7, 14 * MINUTE, '↺ back after 14m · 7 missed · in order'],
    [0, 3_000, '↺ back after 3 s · nothing missed'],
    [null, 3_000, '↺ back after 3 s'],
    [1, null, '↺ back · 1 missed · in order'],
  ])('%s missed in %s ms: %s', (missed, awayMs, text) => {
    expect(renderConnected({ kind: 'connected', again: true, missed, awayMs })).toBe(text);
  });
});

describe('the first link says what waited, if anything did', () => {
  test.each([
    [7, 14 * MINUTE, '7 notifications waited for this listener since 14m ago; they come first, in order.'],
    [1, 2_000, '1 notification waited for this listener since 2 s ago; it comes first.'],
    [2, null, '2 notifications waited for this listener; they come first, in order.'],
    [0, 14 * MINUTE, undefined],
    [null, null, undefined],
  ])('%s in %s ms: %s', (missed, awayMs, text) => {
    expect(renderConnected({ kind: 'connected', again: false, missed, awayMs })).toBe(text);
  });
});

const tried = (attempt: number, awayMs: number, inMs = 700): Reconnecting => ({
  kind: 'reconnecting',
  inMs,
  attempt,
  awayMs,
  reason: 'The service is stopping.',
});

describe('an outage', () => {
  test('says why and when it is tried again', () => {
    expect(renderReconnecting(tried(1, 0))).toBe('↺ The service is stopping. Trying again in 0.7 s.');
  });

  test('whose reason is no sentence yet is told in one', () => {
    expect(renderReconnecting({ ...tried(1, 0), reason: 'nothing was heard for 12 s' })).toBe(
      '↺ Nothing was heard for 12 s. Trying again in 0.7 s.',
    );
  });

  test('says later for how long it has been, and how often it was tried', () => {
    expect(renderReconnecting(tried(84, 14 * MINUTE, 8_200))).toBe(
      '↺ Out of reach for 14m, 83 tries so far. The service is stopping. Trying again in 8.2 s.',
    );
    expect(renderReconnecting(tried(2, MINUTE))).toContain('for 1m, 1 try so far.');
  });

  test('is not called one where only the login is over', () => {
    expect(renderReconnecting(tried(1, 0, 0))).toBe('↺ The service is stopping. Logging in anew.');
  });

  test('lets no word of a service recolour the line', () => {
    const red = '\u001b[31mred';
    expect(renderReconnecting({ ...tried(1, 0), reason: red })).not.toContain(red);
  });

  test('of an hour is told at once and then once a minute, however often it is tried', () => {
    const isWorthALine = worthALine();
    const told: number[] = [];
    for (let attempt = 1, awayMs = 500; awayMs <= 60 * MINUTE; attempt += 1, awayMs += 8_000) {
      if (isWorthALine(tried(attempt, awayMs))) told.push(awayMs);
    }

    const gaps = told.slice(1).map((at, index) => at - (told[index] ?? 0));
    expect(told[0]).toBe(500);
    expect(told.length).toBeGreaterThan(50);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE);
    expect(Math.max(...gaps)).toBeLessThan(MINUTE + 8_000);
  });

  test('is told at once when it is a new one', () => {
    const isWorthALine = worthALine();
    expect([tried(1, 500), tried(2, 1_500), tried(1, 300)].map(isWorthALine)).toEqual([true, false, true]);
    expect(isWorthALine({ kind: 'connected', again: true, missed: 0, awayMs: 1 })).toBe(true);
  });
});
