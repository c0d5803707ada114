import type { ApiClient } from '../api/client.js';
import { CalReplyError } from '../errors.js';
import type { PlanStep, WebhookPlan } from './webhook-plan.js';

/** A step that was made. */
export interface AppliedStep {
  readonly step: PlanStep;
  readonly id: string;
  /** Of a webhook that was created: known now, and never again. */
  readonly secret: string | null;
}

/** How a step is told of when it is made. */
export const DONE = { create: 'created', change: 'changed', disable: 'disabled' } as const;

/**
 * Makes the steps of a plan, one after the other, up to the first that fails.
 *
 * @param onApplied told of each step as soon as it is made
 * @returns the steps that were made, and the failure that ended them, which says what was done before it
 */
export async function applyPlan(
  api: Pick<ApiClient, 'createWebhook' | 'changeWebhook'>,
  { steps }: WebhookPlan,
  onApplied: (applied: AppliedStep) => void,
): Promise<{ readonly applied: readonly AppliedStep[]; readonly error: CalReplyError | null }> {
  const applied: AppliedStep[] = [];
  for (const step of steps) {
    try {
      const done = await applyStep(api, step);
      applied.push(done);
      onApplied(done);
    } catch (error) {
      if (!(error instanceof CalReplyError)) throw error;
      return { applied, error: withHistory(error, step, applied, steps.length) };
    }
  }

  return { applied, error: null };
}

async function applyStep(
  api: Pick<ApiClient, 'createWebhook' | 'changeWebhook'>,
  step: PlanStep,
): Promise<AppliedStep> {
  if (step.action === 'create') {
    const { id, secret } = await api.createWebhook(step.request);
    return { step, id, secret };
  }

  const { id } = await api.changeWebhook(step.id, step.request);
  return { step, id, secret: null };
}

function withHistory(
  error: CalReplyError,
  { action, url }: PlanStep,
  applied: readonly AppliedStep[],
  total: number,
): CalReplyError {
  const before = applied.map(({ step }) => `${DONE[step.action]} ${step.url}`).join(', ');
  const history = before === '' ? 'Nothing was changed before it.' : `Done before it: ${before}.`;
  const left = total - applied.length - 1;
  const after = left === 0 ? '' : ` Not tried any more: ${left}.`;
  return new CalReplyError(error.code, `To ${action} ${url} failed: ${error.message} ${history}${after}`, {
    cause: error,
    hint: error.hint ?? 'Run it again when that is mended: what is done is not done twice.',
  });
}
