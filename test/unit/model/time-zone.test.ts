import { expect, test } from 'vitest';
import { TimeZone } from '../../../src/model/time-zone.js';

const HOUR = 3_600_000;

test('knows how far the clocks of a place are from UTC, also before and after they are changed', () => {
  const berlin = new TimeZone('Europe/Berlin');
  expect(berlin.offsetAt(Date.parse('2026-03-29T00:59:59.999Z'))).toBe(HOUR);
  expect(berlin.offsetAt(Date.parse('2026-03-29T01:00:00Z'))).toBe(2 * HOUR);
  expect(new TimeZone('Asia/Kathmandu').offsetAt(0)).toBe(5.5 * HOUR);
  expect(new TimeZone('utc').name).toBe('UTC');
});

test('cuts a time where the clocks are changed, to the millisecond', () => {
  const [from, to] = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-12-01T00:00:00Z')];
  const stretches = [...new TimeZone('America/New_York').stretches(from, to)];
  expect(stretches).toEqual([
    { from, to: Date.parse('2026-03-08T07:00:00Z'), offset: -5 * HOUR },
    { from: Date.parse('2026-03-08T07:00:00Z'), to: Date.parse('2026-11-01T06:00:00Z'), offset: -4 * HOUR },
    { from: Date.parse('2026-11-01T06:00:00Z'), to, offset: -5 * HOUR },
  ]);
});

test('sees clocks that are set back for a month in between, as in Morocco', () => {
  const range = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-06-01T00:00:00Z')] as const;
  const offsets = [...new TimeZone('Africa/Casablanca').stretches(...range)].map(({ offset }) => offset / HOUR);
  expect(offsets).toEqual([1, 0, 1]);
});

test('nothing is between a time and itself', () => {
  expect([...new TimeZone('UTC').stretches(5, 5)]).toEqual([]);
});

test.each(['2026-02-30', '2026-04-31T10:00:00', '2026-01-01T24:00:00', '2026-13-01', 'soon', '2026-02-30T10:00:00Z'])(
  'no clock shows %s',
  (local) => {
    expect(new TimeZone('Europe/Berlin').timeOf(local)).toBeNaN();
  },
);

test('says so for a name that no time zone has', () => {
  expect(() => new TimeZone('Mars/Olympus')).toThrow('“Mars/Olympus” is not a time zone that is known here.');
});

test.each([
  ['2026-07-01T19:00:00', '2026-07-01T17:00:00.000Z'],
  ['2026-12-01T19:00', '2026-12-01T18:00:00.000Z'],
  ['2026-12-01', '2026-11-30T23:00:00.000Z'],
  ['2026-12-01T19:00:00Z', '2026-12-01T19:00:00.000Z'],
  ['2026-12-01T19:00:00-05:00', '2026-12-02T00:00:00.000Z'],
  ['2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
  // It is left out, and comes twice.
  ['2026-03-29T02:30:00', '2026-03-29T00:30:00.000Z'],
  ['2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
  ['2026-10-25T03:30:00', '2026-10-25T02:30:00.000Z'],
])('%s in Berlin is %s', (local, utc) => {
  expect(new Date(new TimeZone('Europe/Berlin').timeOf(local)).toISOString()).toBe(utc);
});
