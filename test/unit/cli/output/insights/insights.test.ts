import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { InsightCampaigns, InsightGrowth, InsightTags, InsightTimes } from '../../../../../src/api/contract.js';
import { renderCampaigns } from '../../../../../src/cli/output/insights/campaigns.js';
import { renderGrowth } from '../../../../../src/cli/output/insights/growth.js';
import { renderTags } from '../../../../../src/cli/output/insights/tags.js';
import { renderTimes } from '../../../../../src/cli/output/insights/times.js';
import { widthOf } from '../../../../../src/cli/output/width.js';
import { fakeTerminal } from '../../../../helpers/fake-terminal.js';

const asked = { since: null, until: null, testsLeftOut: 0, timeZone: 'Europe/Berlin' };
const all = { isNarrowed: false };

const times: InsightTimes = {
  ...asked,
  subscribes: 5,
  best: { weekday: 'Tuesday', hour: 23, subscribes: 4 },
  weekdays: ['Monday', 'Tuesday'].map((weekday, day) => ({
    weekday,
    hours: Array.from({ length: 24 }, (_, hour) => (day === 1 && hour === 23 ? 4 : day === 0 && hour === 0 ? 1 : 0)),
  })),
};
const balance = { subscribes: 1_200, unsubscribes: 300, net: 900 };
const growth: InsightGrowth = {
  ...{ ...asked, by: 'week', ...balance, activeBefore: 0, active: 900, churn: 0.25 },
  rows: [
    { from: '2026-11-16', subscribes: 1_200, unsubscribes: 0, net: 1_200, active: 1_200, churn: 0 },
    { from: '2026-11-23', subscribes: 0, unsubscribes: 300, net: -300, active: 900, churn: 0.25 },
  ],
};
const campaigns: InsightCampaigns = {
  ...{ ...asked, by: 'week', ...balance, buckets: ['2026-11-16', '2026-11-23'], leftOff: 3 },
  campaigns: [{ utmSource: 'newsletter', utmMedium: 'email', utmCampaign: null, ...balance, over: [1_000, 200] }],
};
const tags: InsightTags = { ...asked, zip: '941*', ...balance, tags: [{ tag: 'Hawks', ...balance }], leftOff: 0 };

const shown = (text: string) => stripVTControlCharacters(text).split('\n');

describe('in a terminal', () => {
  test('times are a map of the week, with the best hour named', () => {
    fakeTerminal(100);
    expect(shown(renderTimes(times, all))).toEqual([
      'Subscribes from the beginning to now · Europe/Berlin',
      '',
      '           0     3     6     9     12    15    18    21',
      `Monday     ░░${'· '.repeat(23)}  1`,
      `Tuesday    ${'· '.repeat(23)}██  4`,
      '',
      'Most subscribe on Tuesday from 23:00 to 00:00: 4 of 5 (80 %).',
    ]);
  });

  test('growth tells how it came, and what it came to', () => {
    fakeTerminal(120);
    const lines = shown(renderGrowth(growth, all));
    expect(lines[3]).toMatch(/^2026-11-16 {2}1,200 +██████████ {2}0 +\+1,200 {2}1,200 {3}0 %$/);
    expect(lines.at(-1)).toBe('1,200 subscribed and 300 unsubscribed (+900), a churn of 25 %. 900 are subscribed.');
  });

  test('campaigns tell who stayed, and how many came when', () => {
    fakeTerminal(120);
    const text = shown(renderCampaigns(campaigns, all)).join('\n');
    expect(text).toMatch(/newsletter {2}email {3}\(none\) {4}1,200 +300 +900 {2}█▂/);
    expect(text).toContain('1,200 subscribed, 300 of them unsubscribed since: 900 stayed (75 %).');
  });

  test('tags tell of which place', () => {
    fakeTerminal(120);
    expect(shown(renderTags(tags, all))[0]).toBe('Tags in 941* from the beginning to now · Europe/Berlin');
  });

  test.each([62, 80])('what stands below each other is no wider than %i columns', (width) => {
    fakeTerminal(width);
    const pictures = [
      renderTimes(times, all),
      renderGrowth(growth, all),
      renderCampaigns(campaigns, all),
      renderTags(tags, all),
    ];
    // Sentences are broken by the terminal.
    const lines = pictures.flatMap(shown).filter((line) => !/[a-z] [a-z]/.test(line));
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
  });
});

describe('in a pipe', () => {
  test('there are rows with tabs between, and no pictures', () => {
    fakeTerminal();
    expect(renderGrowth(growth, all).split('\n')).toEqual([
      'FROM\tSUBSCRIBES\tUNSUBSCRIBES\tNET\tACTIVE\tCHURN',
      '2026-11-16\t1200\t0\t1200\t1200\t0.0000',
      '2026-11-23\t0\t300\t-300\t900\t0.2500',
    ]);
    expect(renderTimes(times, all).split('\n')[2]).toBe(['Tuesday', ...Array<string>(23).fill('0'), '4'].join('\t'));
    expect(renderCampaigns(campaigns, all).split('\n')).toHaveLength(2);
  });
});

test.each([
  [{ testsLeftOut: 0 }, all, 'calreply events trigger subscribe'],
  [{ testsLeftOut: 1 }, all, 'Left out: 1 test.'],
  [{ testsLeftOut: 1_000 }, all, '1,000 or more tests'],
  [{ testsLeftOut: 0 }, { isNarrowed: true }, 'that match these filters'],
])('of nothing (%j, %j) the next step is told', (more, options, words) => {
  const nothing = { ...tags, subscribes: 0, unsubscribes: 0, ...more };
  expect(shown(renderTags(nothing, options)).join('\n')).toContain(words);
});
