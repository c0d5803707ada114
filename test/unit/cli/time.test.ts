import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseKeep, parseSpan, parseTime } from '../../../src/cli/time.js';

const now = Date.parse('2026-11-23T12:00:00Z');
const zone = process.env.TZ;

// Five hours behind; the clocks skip 02:00 to 03:00 on 2026-03-08.
beforeEach(() => {
  process.env.TZ = 'America/New_York';
});

afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe('a time', () => {
  test.each([
    ['90s', '2026-11-23T11:58:30.000Z'],
    ['10m', '2026-11-23T11:50:00.000Z'],
    ['2h', '2026-11-23T10:00:00.000Z'],
    ['7d', '2026-11-16T12:00:00.000Z'],
    ['1w', '2026-11-16T12:00:00.000Z'],
    ['0s', '2026-11-23T12:00:00.000Z'],
    ['2026-11-23T15:04:05Z', '2026-11-23T15:04:05.000Z'],
    ['2026-11-23T15:04:05.6789z', '2026-11-23T15:04:05.678Z'],
    ['2026-11-23T15:04:05.678+02:00', '2026-11-23T13:04:05.678Z'],
    ['2026-11-23T15:04:05-0330', '2026-11-23T18:34:05.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseTime(text, now)).toBe(expected);
  });

  test.each([
    ['2026-11-23', '2026-11-23T05:00:00.000Z'],
    ['2026-07-01', '2026-07-01T04:00:00.000Z'],
    ['2026-11-23T15:04', '2026-11-23T20:04:00.000Z'],
    ['2026-11-23 15:04:05.5', '2026-11-23T20:04:05.500Z'],
    ['2026-03-08T03:00', '2026-03-08T07:00:00.000Z'],
  ])('without a zone is local, as times are shown: %s is %s', (text, expected) => {
    expect(parseTime(text, now)).toBe(expected);
  });

  test.each([
    ...['', ' ', '10', 'm', '-10m', '1.5h', '10 m', '10M', '10y', 'yesterday', 'soon', '1795435200'],
    ...['2026-13-01', '2026-11-23T25:00:00Z', '2026-11-23 nonsense', '99999999999d', `${'9'.repeat(30)}s`],
    ...['2026-02-30', '2026-02-30T10:00:00Z', '2026-02-29', '2026-00-01', '2026-11-00', '2026-11-23T24:00:00Z'],
    ...['2026-11-23T15:60', '2026-11-23T15:04:60Z', '2026-11-23T15:04:05+24:00', '2026-03-08T02:30', '2026-11'],
  ])('“%s” is none', (text) => {
    expect(() => parseTime(text, now)).toThrow(
      expect.objectContaining({
        code: 'WrongUse',
        message: `“${text}” is not a time.`,
        hint: expect.stringContaining('10m'),
      }),
    );
  });
});

describe('how long something is kept', () => {
  const HOUR = 3_600_000;
  test.each([
    ['60m', HOUR],
    ['12h', 12 * HOUR],
    ['30d', 720 * HOUR],
    ['8w', 1344 * HOUR],
    ['36500d', 876_000 * HOUR],
    ['forever', null],
  ])('%s is understood', (text, expected) => {
    expect(parseKeep(text)).toBe(expected);
  });

  test.each(['59m', '0d', '36501d', '30', '1.5d', '-30d', 'Forever', '', '30 d'])('“%s” is refused', (text) => {
    expect(() => parseKeep(text)).toThrow(expect.objectContaining({ code: 'WrongUse' }));
  });
});

describe('a length of time', () => {
  test.each([
    ['500ms', 500],
    ['1.5s', 1_500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['1d', 86_400_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseSpan(text, '--within')).toBe(ms);
  });

  test.each(['30', '', 's', '-1s', '0s', '1.5.5s', '25h', '1w', '1 s', '99999999999999999999h'])(
    '“%s” is none',
    (text) => {
      expect(() => parseSpan(text, '--within')).toThrow(
        `--within takes a length of time up to a day; “${text}” is none.`,
      );
    },
  );
});
