import { describe, expect, test } from 'vitest';
import type { WebhookResource } from '../../../src/api/contract.js';
import { applyPlan } from '../../../src/cli/apply-plan.js';
import type { DesiredWebhook } from '../../../src/cli/webhook-file.js';
import { planWebhooks } from '../../../src/cli/webhook-plan.js';
import { CalReplyError } from '../../../src/errors.js';

const url = (name: string) => `https://example.com/${name}`;

const desired = (name: string, changes: Partial<DesiredWebhook> = {}): DesiredWebhook => {
  return { url: url(name), eventTypes: [], headers: [], enabled: true, ...changes };
};

const existing = (name: string, changes: Partial<WebhookResource> = {}): WebhookResource => ({
  ...{ id: `whk_${name}`, url: url(name), eventTypes: [], headers: {}, enabled: true },
  ...{ disabledReason: null, listenerId: null, createdAt: '2026-11-23T12:00:00Z', oldSecretUntil: null },
  ...changes,
});

const literal = (name: string, value: string) => ({ name, value, shown: value });

/** The fields of the only step there is. */
function fieldsOf(wanted: Partial<DesiredWebhook>, known: Partial<WebhookResource>) {
  const { steps } = planWebhooks([desired('a', wanted)], [existing('a', known)]);
  expect(steps.length).toBeLessThanOrEqual(1);
  return steps[0]?.fields ?? [];
}

describe('a plan', () => {
  test('creates what is missing, changes what differs, turns off what is not in the file, in this order', () => {
    const plan = planWebhooks(
      [desired('changed', { eventTypes: ['Test'] }), desired('same'), desired('new')],
      [existing('gone'), existing('same'), existing('changed')],
    );
    expect(plan.steps.map(({ action, id, url }) => [action, id, url])).toEqual([
      ['create', null, url('new')],
      ['change', 'whk_changed', url('changed')],
      ['disable', 'whk_gone', url('gone')],
    ]);
    expect(plan.unchanged).toEqual([{ id: 'whk_same', url: url('same') }]);
  });

  test('is empty when everything is as the file says', () => {
    expect(planWebhooks([], []).steps).toEqual([]);
    expect(planWebhooks([desired('a')], [existing('a')]).steps).toEqual([]);
  });

  test('leaves alone what is off and not in the file, and whatever belongs to a listener', () => {
    const listener = existing('laptop', { url: 'listener:laptop', listenerId: 'lst_1' });
    expect(planWebhooks([], [existing('off', { enabled: false }), listener]).steps).toEqual([]);
  });

  test('takes the oldest that is on of several with one URL, and turns the others off', () => {
    const plan = planWebhooks(
      [desired('a')],
      [
        existing('a', { id: 'whk_off', enabled: false }),
        existing('a', { id: 'whk_1' }),
        existing('a', { id: 'whk_2' }),
      ],
    );
    expect(plan.unchanged).toEqual([{ id: 'whk_1', url: url('a') }]);
    expect(plan.steps).toMatchObject([{ action: 'disable', id: 'whk_2', request: { enabled: false } }]);
  });

  test('sends only what differs', () => {
    const { steps } = planWebhooks(
      [desired('a', { enabled: false, headers: [literal('X-Team', 'crm')] })],
      [existing('a', { headers: { 'x-team': 'crm' } })],
    );
    expect(steps).toMatchObject([{ action: 'change' }]);
    expect(steps[0]?.request).toEqual({ enabled: false });
  });

  test('creates with all that the file says', () => {
    const wanted = desired('a', { eventTypes: ['Test'], headers: [literal('X-Team', 'crm')], enabled: false });
    expect(planWebhooks([wanted], []).steps).toEqual([
      {
        action: 'create',
        id: null,
        url: url('a'),
        fields: [
          { field: 'events', from: null, to: 'Test' },
          { field: 'headers.X-Team', from: null, to: 'crm' },
          { field: 'enabled', from: null, to: 'off' },
        ],
        request: { url: url('a'), eventTypes: ['Test'], headers: { 'X-Team': 'crm' }, enabled: false },
      },
    ]);
  });
});

describe('a field that differs is told as it was and as it is to be:', () => {
  test('types, in whatever order they are', () => {
    expect(fieldsOf({ eventTypes: ['Test', 'Subscribe'] }, { eventTypes: ['Subscribe', 'Test'] })).toEqual([]);
    expect(fieldsOf({ eventTypes: ['Test', 'Subscribe'] }, {})).toEqual([
      { field: 'events', from: 'all types', to: 'Subscribe, Test' },
    ]);
  });

  test('the switch, with why it was turned off', () => {
    expect(fieldsOf({}, { enabled: false, disabledReason: 'The receiver answered 410 Gone.' })).toEqual([
      { field: 'enabled', from: 'off (The receiver answered 410 Gone.)', to: 'on' },
    ]);
  });

  test('headers, whose names are the same in any letters', () => {
    const headers = [literal('X-Team', 'crm'), literal('X-New', '1')];
    expect(fieldsOf({ headers }, { headers: { 'x-team': 'web', 'X-Gone': 'secret' } })).toEqual([
      { field: 'headers.X-Team', from: 'web', to: 'crm' },
      { field: 'headers.X-New', from: null, to: '1' },
      { field: 'headers.X-Gone', from: '•••', to: null },
    ]);
    expect(fieldsOf({ headers: [literal('X-TEAM', 'crm')] }, { headers: { 'x-team': 'crm' } })).toEqual([]);
  });

  test('a header from the environment by its variable, and neither of its values', () => {
    const headers = [{ name: 'Authorization', value: 'new-secret', shown: '${TOKEN}' }];
    const fields = fieldsOf({ headers }, { headers: { Authorization: 'old-secret' } });
    expect(fields).toEqual([{ field: 'headers.Authorization', from: '•••', to: '${TOKEN}' }]);
  });
});

describe('a plan that is carried out', () => {
  const plan = planWebhooks(
    [desired('new'), desired('changed', { enabled: false })],
    [existing('changed'), existing('gone')],
  );
  const created = { ...existing('new'), secret: 'whsec_new' };

  test('makes its steps in order, and tells of each as it is made', async () => {
    const calls: unknown[] = [];
    const told: string[] = [];
    const api = {
      createWebhook: async (request: object) => (calls.push(['create', request]), created),
      changeWebhook: async (id: string, request: object) => (calls.push([id, request]), existing(id.slice(4))),
    };
    const { applied, error } = await applyPlan(api, plan, ({ step }) => told.push(step.action));
    expect(error).toBeNull();
    expect(calls).toEqual([
      ['create', { url: url('new'), eventTypes: [], headers: {}, enabled: true }],
      ['whk_changed', { enabled: false }],
      ['whk_gone', { enabled: false }],
    ]);
    expect(told).toEqual(['create', 'change', 'disable']);
    expect(applied.map(({ id, secret }) => [id, secret])).toEqual([
      ['whk_new', 'whsec_new'],
      ['whk_changed', null],
      ['whk_gone', null],
    ]);
  });

  test('ends at the first step that fails, and says what was done before it and what was not', async () => {
    const failure = new CalReplyError('InvalidUrl', 'That is not right.');
    const api = { createWebhook: async () => created, changeWebhook: () => Promise.reject(failure) };
    const { applied, error } = await applyPlan(api, plan, () => undefined);
    expect(applied).toMatchObject([{ id: 'whk_new', secret: 'whsec_new' }]);
    expect(error).toMatchObject({
      code: 'InvalidUrl',
      message: `To change ${url('changed')} failed: That is not right. Done before it: created ${url('new')}. Not tried any more: 1.`,
      hint: expect.stringContaining('Run it again'),
    });
  });
});
