import type { CalReplyError } from '../../errors.js';
import { DONE, type AppliedStep } from '../apply-plan.js';
import type { FieldChange, PlanStep, WebhookPlan } from '../webhook-plan.js';
import { dim, green, red, yellow } from './colors.js';
import { errorJson, type ErrorJson } from './errors.js';
import { renderTable, type Column } from './table.js';
import { isTerminal, printable, statusWidth } from './terminal.js';
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

/** What there is to do: for a person to read, or, in a pipe, a row for each field. */
export function renderPlan(plan: WebhookPlan): string {
  return isTerminal()
    ? renderSteps(plan)
    : renderTable(COLUMNS, [...plan.steps.flatMap(rowsOf), ...unchangedRows(plan)]);
}

/** What is going to happen, before it does: for who sees it happen. In a pipe what happened says it all. */
export function renderAnnouncement(plan: WebhookPlan): string | undefined {
  return isTerminal() || statusWidth() !== undefined ? renderSteps(plan) : undefined;
}

function renderSteps({ steps, unchanged }: WebhookPlan): string {
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

/** One field of a step, or a webhook that is as the file says. */
interface Row extends FieldChange {
  readonly action: string;
  readonly url: string;
  readonly id: string | null;
}

/** The same in every row of a pipe, of plans and of what was done. */
const COLUMNS: readonly Column<Row>[] = [
  { head: 'ACTION', cell: ({ action }) => action },
  { head: 'URL', cell: ({ url }) => url },
  { head: 'ID', cell: ({ id }) => id ?? '' },
  { head: 'FIELD', cell: ({ field }) => field },
  { head: 'FROM', cell: ({ from }) => from ?? '' },
  { head: 'TO', cell: ({ to }) => to ?? '' },
];

const rowsOf = ({ action, url, id, fields }: PlanStep) => fields.map((field): Row => ({ action, url, id, ...field }));

const unchangedRows = ({ unchanged }: WebhookPlan) =>
  unchanged.map((webhook): Row => ({ action: 'unchanged', field: '', from: null, to: null, ...webhook }));

/** What comes before the steps that are made: in a pipe the head of their rows, and what is as the file says. */
export function renderAppliedHead(plan: WebhookPlan): string | undefined {
  return isTerminal() ? undefined : renderTable(COLUMNS, unchangedRows(plan));
}

/** A step that was made: a line, or, in a pipe, a row for each field, of which the secret of a new one is the last. */
export function renderApplied({ step, id, secret }: AppliedStep): string {
  const done = DONE[step.action];
  if (!isTerminal()) {
    const given = secret === null ? [] : [{ field: 'secret', from: null, to: secret }];
    const rows = [...step.fields, ...given].map((field): Row => ({ action: done, url: step.url, id, ...field }));
    // The head stands above the first of all rows.
    return renderTable(COLUMNS, rows).replace(/^.*\n/, '');
  }

  const head = `${green('✓')} ${done.padEnd(LONGEST)}  ${printable(step.url)}  ${dim(printable(id))}`;
  return [head, ...(secret === null ? [] : [`    ${dim('secret')}  ${printable(secret)}`])].join('\n');
}

/** The question before webhooks are turned off. */
export function renderDisableQuestion(steps: readonly PlanStep[]): string {
  return `Turn off ${listOf(steps)}, which the file does not have?`;
}

/** Without somebody to answer it. */
export function renderDisableRefusal(steps: readonly PlanStep[], source: string): string {
  const [are, them] = steps.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${listOf(steps)} ${are} on and not in ${source}, and nobody can be asked whether to turn ${them} off.`;
}

/** `https://a.example.com/`, or of several how many and the first. */
function listOf([first, ...others]: readonly PlanStep[]): string {
  const url = printable(first?.url ?? '');
  return others.length === 0 ? url : `${count(others.length + 1, 'webhook')} (${url} and ${others.length} more)`;
}
