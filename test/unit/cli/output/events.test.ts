import { expect, test } from 'vitest';
import type { EventSummary } from '../../../../src/api/contract.js';
import { renderEvents } from '../../../../src/cli/output/events.js';
import { fakeTerminal } from '../../../helpers/fake-terminal.js';

test('a list of events in a terminal has the source of each, and nothing of the row besides', () => {
  fakeTerminal(200);
  const events: EventSummary[] = [
    {
      eventId: '0f1d5918-052d-4915-89a7-8cc9c4d33492',
      eventType: 'Test',
      source: 'trigger',
      isTest: true,
      subscriptionId: null,
      calendarCode: 'sports',
      createdAt: '2026-11-23T12:00:00.000Z',
    },
  ];
  const list = renderEvents(events, { isNarrowed: false });
  expect(list).toContain('trigger');
  expect(list).not.toContain('object');
});

test('an empty list says whether there is nothing, or nothing that matches', () => {
  expect(renderEvents([], { isNarrowed: false })).toMatch(/^Nothing happened yet\. .*: .*events trigger/);
  expect(renderEvents([], { isNarrowed: true })).toMatch(/^No event matches these filters\. .*: .*events list/);
});
