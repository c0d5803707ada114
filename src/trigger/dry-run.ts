import type { ApiClient } from '../api/client.js';
import type { TriggeredEvent } from '../api/contract.js';
import type { Plan } from './plan.js';

/**
 * The Event Objects that a plan would send, in its order, made by the service, which keeps none. Ids that nobody gave
 * are others when the plan is run.
 */
export async function* eventsOfPlan(
  { stories }: Plan,
  api: Pick<ApiClient, 'triggerEvent'>,
): AsyncGenerator<TriggeredEvent['event'], void> {
  for await (const story of stories) {
    let last: TriggeredEvent['event'] | undefined;
    for (const step of story) {
      if (step.kind === 'trigger') ({ event: last } = await api.triggerEvent({ ...step.request, dryRun: true }));
      if (last) yield last;
    }
  }
}
