import type { ChangeWebhook, CreateWebhook, WebhookResource } from '../api/contract.js';
import type { DesiredWebhook } from './webhook-file.js';

/** What brings the webhooks of a service in line with a file: the steps in the order they are made. */
export interface WebhookPlan {
  readonly steps: readonly PlanStep[];
  /** Those that are as the file says. */
  readonly unchanged: readonly { readonly id: string; readonly url: string }[];
}

export type PlanStep = CreateStep | ChangeStep | DisableStep;

interface CreateStep {
  readonly action: 'create';
  readonly id: null;
  readonly url: string;
  readonly fields: readonly FieldChange[];
  readonly request: CreateWebhook;
}

interface ChangeStep {
  readonly action: 'change';
  readonly id: string;
  readonly url: string;
  readonly fields: readonly FieldChange[];
  readonly request: ChangeWebhook;
}

/** A webhook that is on and is not in the file. It is turned off and not taken off: what waits for it is kept. */
interface DisableStep {
  readonly action: 'disable';
  readonly id: string;
  readonly url: string;
  readonly fields: readonly FieldChange[];
  readonly request: ChangeWebhook;
}

/** One field that becomes another, in words; null is one that there is not. */
export interface FieldChange {
  /** `events`, `enabled`, or `headers.<Name>` */
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What is shown in place of the value of a header that may be a secret. */
const HIDDEN = '•••';

/**
 * The plan that makes `existing` what `desired` says. A webhook is known by its URL; where a service has several of one
 * URL, the oldest that is on counts, and the others are as good as not in the file. Those of listeners are left alone:
 * they come and go with `calreply listen`.
 */
export function planWebhooks(desired: readonly DesiredWebhook[], existing: readonly WebhookResource[]): WebhookPlan {
  const own = existing.filter(({ listenerId }) => listenerId === null);
  const matched = new Map<DesiredWebhook, WebhookResource>();
  for (const wanted of desired) {
    const same = own.filter(({ url }) => url === wanted.url);
    const known = same.find(({ enabled }) => enabled) ?? same[0];
    if (known) matched.set(wanted, known);
  }

  const creates: PlanStep[] = [];
  const changes: PlanStep[] = [];
  const unchanged: { id: string; url: string }[] = [];
  for (const wanted of desired) {
    const known = matched.get(wanted);
    if (!known) {
      creates.push(createStep(wanted));
      continue;
    }

    const fields = differences(wanted, known);
    const { id, url } = known;
    if (fields.length === 0) unchanged.push({ id, url });
    else changes.push({ action: 'change', id, url, fields, request: changeRequest(wanted, fields) });
  }

  const kept = new Set(matched.values());
  const disables = own
    .filter((webhook) => webhook.enabled && !kept.has(webhook))
    .map(({ id, url }): PlanStep => {
      return {
        ...{ action: 'disable', id, url, request: { enabled: false } },
        fields: [{ field: 'enabled', from: 'on', to: 'off' }],
      };
    });
  return { steps: [...creates, ...changes, ...disables], unchanged };
}

function createStep({ url, eventTypes, headers, enabled }: DesiredWebhook): PlanStep {
  const fields = [
    { field: 'events', from: null, to: typesText(eventTypes) },
    ...headers.map(({ name, shown }) => ({ field: `headers.${name}`, from: null, to: shown })),
    { field: 'enabled', from: null, to: stateText(enabled) },
  ];
  return { action: 'create', id: null, url, fields, request: { url, eventTypes, headers: record(headers), enabled } };
}

/** Only what differs is sent, so that the plan is what happens. */
function changeRequest(wanted: DesiredWebhook, fields: readonly FieldChange[]): ChangeWebhook {
  const differs = (start: string) => fields.some(({ field }) => field.startsWith(start));
  return {
    ...(differs('events') && { eventTypes: wanted.eventTypes }),
    ...(differs('headers.') && { headers: record(wanted.headers) }),
    ...(differs('enabled') && { enabled: wanted.enabled }),
  };
}

function differences(wanted: DesiredWebhook, known: WebhookResource): FieldChange[] {
  const fields: FieldChange[] = [];
  const [from, to] = [typesText(known.eventTypes), typesText(wanted.eventTypes)];
  if (from !== to) fields.push({ field: 'events', from, to });
  fields.push(...headerDifferences(wanted.headers, known.headers));
  if (wanted.enabled !== known.enabled) {
    const reason = known.disabledReason === null ? '' : ` (${known.disabledReason})`;
    fields.push({ field: 'enabled', from: stateText(known.enabled) + reason, to: stateText(wanted.enabled) });
  }

  return fields;
}

/**
 * Names are compared as HTTP does. A value that the file takes from the environment is shown by its variable, and what it
 * replaces, or what goes, not at all: plans are printed in the logs of CI.
 */
function headerDifferences(
  wanted: DesiredWebhook['headers'],
  known: Readonly<Record<string, string>>,
): readonly FieldChange[] {
  const old = new Map(Object.entries(known).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  const names = new Set(wanted.map(({ name }) => name.toLowerCase()));
  const changed = wanted.flatMap(({ name, value, shown }) => {
    const before = old.get(name.toLowerCase())?.value;
    if (before === value) return [];
    const from = before === undefined ? null : shown === value ? before : HIDDEN;
    return [{ field: `headers.${name}`, from, to: shown }];
  });
  const gone = [...old].filter(([key]) => !names.has(key));
  return [...changed, ...gone.map(([, { name }]) => ({ field: `headers.${name}`, from: HIDDEN, to: null }))];
}

function record(headers: DesiredWebhook['headers']): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name, value]));
}

function typesText(types: readonly string[]): string {
  return types.length === 0 ? 'all types' : [...new Set(types)].sort().join(', ');
}

function stateText(enabled: boolean): string {
  return enabled ? 'on' : 'off';
}
