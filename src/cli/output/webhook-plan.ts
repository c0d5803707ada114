import type { CalReplyError } from '../../errors.js';
import { DONE, type AppliedStep } from '../apply-plan.js';
import type { FieldChange, PlanStep, WebhookPlan } from '../webhook-plan.js';
import { dim, green, red, yellow } from './colors.js';
import { errorJson, type ErrorJson } from './errors.js';
import { renderTable } from './table.js';
import { isTerminal, printable } from './terminal.js';
import { count, renderFields } from './text.js';

/** What `webhooks apply --json` prints, also with --dry-run and --check, and when it failed on the way. */
export interface ApplyJson {
  /** What there was to do, in order. */
  readonly steps: readonly ApplyStepJson[];
  /** The webhooks that were as the file says. */
  readonly unchanged: readonly { readonly id: string; readonly url: string }[];
  /** Why it ended before its end, or null. */
  readonly error: ErrorJson['error'] | null;
}

export interface ApplyStepJson {
  readonly action: 'create' | 'change' | 'disable';
  /** Null for one that is not created yet. */
  readonly id: string | null;
  readonly url: string;
  /** What becomes what. Values of headers that may be secrets are not in it. */
  readonly fields: readonly FieldChange[];
  /** False with --dry-run and --check, and for what comes after a failure. */
  readonly done: boolean;
  /** The secret of a webhook that was created, this once; null for all others. */
  readonly secret: string | null;
}

export function applyJson(
  { steps, unchanged }: WebhookPlan,
  applied: readonly AppliedStep[],
  error: CalReplyError | null,
): ApplyJson {
  return {
    steps: steps.map((step) => {
      const { action, url, fields } = step;
      const done = applied.find((one) => one.step === step);
      return { action, id: done?.id ?? step.id, url, fields, done: done !== undefined, secret: done?.secret ?? null };
    }),
    unchanged,
    error: error && errorJson(error).error,
  };
}

/** What is to be done: for a person to read, or, in a pipe, a row for each field. */
export function renderPlan(plan: WebhookPlan): string {
  if (!isTerminal()) return renderRows(plan);
  const { steps, unchanged } = plan;
  const asTheFileSays =
    unchanged.length === 1 ? '1 webhook is as the file says.' : `${unchanged.length} webhooks are as the file says.`;
  if (steps.length === 0) return `Nothing to do: ${asTheFileSays}`;
  return [...steps.map(renderStep), ...(unchanged.length > 0 ? [dim(asTheFileSays)] : [])].join('\n');
}

/** `3 changes`: how much there is to do. */
export function planSize({ steps }: WebhookPlan): string {
  return count(steps.length, 'change');
}

function renderStep({ action, id, url, fields }: PlanStep): string {
  const head = `${MARK[action]} ${action.padEnd(LONGEST)}  ${printable(url)}${id === null ? '' : `  ${dim(printable(id))}`}`;
  if (action === 'disable') return head;
  const lines = renderFields(fields.map((field) => [printable(field.field), fieldText(field, action)] as const));
  return `${head}\n${lines.replace(/^/gm, '    ')}`;
}

const MARK = { create: green('+'), change: yellow('~'), disable: red('-') };
const LONGEST = 'disabled'.length;

function fieldText({ from, to }: FieldChange, action: PlanStep['action']): string {
  const value = (text: string | null) => (text === null ? dim('none') : printable(text));
  return action === 'create' ? value(to) : `${value(from)} → ${value(to)}`;
}

interface Row extends FieldChange {
  readonly action: string;
  readonly url: string;
  readonly id: string | null;
}

function renderRows({ steps, unchanged }: WebhookPlan): string {
  const nothing = { action: 'unchanged', field: '', from: null, to: null };
  const rows = [
    ...steps.flatMap(({ action, url, id, fields }) => fields.map((field): Row => ({ action, url, id, ...field }))),
    ...unchanged.map((webhook): Row => ({ ...nothing, ...webhook })),
  ];
  return renderTable<Row>(
    [
      { head: 'ACTION', cell: ({ action }) => action },
      { head: 'URL', cell: ({ url }) => url },
      { head: 'ID', cell: ({ id }) => id ?? '' },
      { head: 'FIELD', cell: ({ field }) => field },
      { head: 'FROM', cell: ({ from }) => from ?? '' },
      { head: 'TO', cell: ({ to }) => to ?? '' },
    ],
    rows,
  );
}

/** A step that was made; in a pipe a row: what, URL, id, and the secret of a new one. */
export function renderApplied({ step, id, secret }: AppliedStep): string {
  const [done, url, shownId] = [DONE[step.action], printable(step.url), printable(id)];
  const shownSecret = secret === null ? [] : [printable(secret)];
  if (!isTerminal()) return [done, url, shownId, ...shownSecret].join('\t');
  const head = `${green('✓')} ${done.padEnd(LONGEST)}  ${url}  ${dim(shownId)}`;
  return [head, ...shownSecret.map((text) => `    ${dim('secret')}  ${text}`)].join('\n');
}
