import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import {
  renderAnnouncement,
  renderApplied,
  renderAppliedHead,
  renderDisableQuestion,
  renderPlan,
} from '../../../../src/cli/output/webhook-plan.js';
import type { PlanStep, WebhookPlan } from '../../../../src/cli/webhook-plan.js';
import { fakeStatus, fakeTerminal } from '../../../helpers/fake-terminal.js';

const change: PlanStep = {
  ...{ action: 'change', id: 'whk_1', url: 'https://example.com/a', request: {} },
  fields: [{ field: 'events', from: 'all types', to: 'Test' }],
};
const disable = (name: string): PlanStep => ({
  ...{ action: 'disable', id: `whk_${name}`, url: `https://example.com/${name}`, request: { enabled: false } },
  fields: [{ field: 'enabled', from: 'on', to: 'off' }],
});
const plan: WebhookPlan = { steps: [change], unchanged: [{ id: 'whk_2', url: 'https://example.com/b' }] };
const rows = (...texts: (string | undefined)[]) => texts.flatMap((text) => text?.split('\n') ?? []);

test('in a pipe what was done has the rows of the plan, and nothing is there twice', () => {
  fakeTerminal();
  fakeStatus();
  const planned = rows(renderPlan(plan));
  const done = rows(
    renderAnnouncement(plan),
    renderAppliedHead(plan),
    renderApplied({ step: change, id: 'whk_1', secret: null }),
  );
  expect(planned).toEqual([
    'ACTION\tURL\tID\tFIELD\tFROM\tTO',
    'change\thttps://example.com/a\twhk_1\tevents\tall types\tTest',
    'unchanged\thttps://example.com/b\twhk_2\t\t\t',
  ]);
  expect(done.map((row) => row.replace(/^changed/, 'change')).sort()).toEqual([...planned].sort());
});

test('whoever reads it is told what is going to happen, also where the result goes into a file', () => {
  fakeTerminal();
  fakeStatus(80);
  expect(stripVTControlCharacters(renderAnnouncement(plan) ?? '')).toBe(
    '~ change    https://example.com/a  whk_1\n    events  all types → Test\n1 webhook is as the file says.',
  );
});

test('a question names what is turned off', () => {
  expect(renderDisableQuestion([disable('x')])).toBe('Turn off https://example.com/x, which the file does not have?');
  expect(renderDisableQuestion([disable('x'), disable('y'), disable('z')])).toBe(
    'Turn off 3 webhooks (https://example.com/x and 2 more), which the file does not have?',
  );
});
