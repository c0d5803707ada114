import { expect, test } from 'vitest';
import type { SubscriberResource } from '../../../../src/api/contract.js';
import { SubscriberExport, type ExportFormat } from '../../../../src/cli/output/subscriber-export.js';

function subscriber(subscriberEmail: string): SubscriberResource {
  return {
    ...{ subscriberEmail, subscriberId: null, isActive: true, marketingAllowed: true, additionalOptIn: null },
    ...{
      calendars: ['shows', 'sports'],
      tags: [],
      subscriptions: 2,
      zipCode: '02139',
      timezone: null,
      countryCode: 'US',
    },
    ...{ utmSource: null, utmMedium: null, utmCampaign: null },
    ...{ firstSeenAt: '2026-05-01T10:00:00.000Z', lastSeenAt: '2026-05-02T10:00:00.000Z' },
  };
}

/** What pages of so many come to in a file. */
function written(format: ExportFormat, ...pages: readonly number[]): string {
  const made = new SubscriberExport(format);
  let number = 0;
  const parts = pages.map((count) =>
    made.lines(Array.from({ length: count }, () => subscriber(`p${(number += 1)}@example.com`))),
  );
  return [...parts, made.end()].flatMap((part) => (part === undefined ? [] : [`${part}\n`])).join('');
}

test('CSV has one head, however many pages come, and also when nobody does', () => {
  const [head, ...rows] = written('csv', 1, 0, 2).trimEnd().split('\n');
  expect(head).toMatch(/^subscriberEmail,.*,calendars,tags,zipCode,.*,lastSeenAt$/);
  expect(rows[0]).toBe(
    'p1@example.com,,true,true,,shows; sports,,02139,US,,,,,2,2026-05-01T10:00:00.000Z,2026-05-02T10:00:00.000Z',
  );
  expect(rows).toHaveLength(3);
  expect(written('csv', 0).trimEnd()).toBe(head);
});

test.each([
  [[0], 0],
  [[0, 1], 1],
  [[1], 1],
  [[1, 0, 2], 3],
  [[2, 2], 4],
])('JSON of pages of %j is a list', (pages, count) => {
  const list = JSON.parse(written('json', ...pages)) as SubscriberResource[];
  expect(list.map(({ subscriberEmail }) => subscriberEmail)).toEqual(
    Array.from({ length: count }, (_, index) => `p${index + 1}@example.com`),
  );
});

test('ndjson is one object a line', () => {
  const lines = written('ndjson', 2, 0, 1).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as SubscriberResource).subscriberEmail)).toHaveLength(3);
  expect(written('ndjson', 0)).toBe('');
});
