import type { TriggerEvent } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import { overrideDetails } from '../model/event-overrides.js';
import { sampleEvent } from '../model/event-samples.js';
import { scenarioSteps, type Scenario } from '../model/scenarios.js';

/**
 * What a run is going to send: stories, one after another or some at the same time. The steps of one story are always
 * sent one after another, in order.
 */
export interface Plan {
  readonly stories: Iterable<Story> | AsyncIterable<Story>;
  /** How many steps there are in all; undefined when nobody knows before the end. */
  readonly total: number | undefined;
  /** At most this many stories at the same time. */
  readonly concurrency: number;
  /** How many requests of a recording were left out until now: they came in at an inbox, and are no events. */
  readonly inboxRequests?: () => number;
}

export type Story = readonly Step[];

/** One sending. */
export type Step = {
  /** 0 for the first of the plan: names the step under which it may be sent again. */
  readonly place: number;
} & (
  | {
      readonly kind: 'trigger';
      readonly request: TriggerEvent;
      /** Where it comes from, for whoever reads that it was refused: `Line 3 of run.ndjson`. */
      readonly origin?: string;
    }
  /** The event that the story triggered last, once more under its own eventId. */
  | { readonly kind: 'resend'; readonly to: TriggerEvent['to'] }
);

/** What all requests of a plan have in common. */
export type CommonRequest = Pick<TriggerEvent, 'to' | 'calendarCode'> & {
  readonly set: Readonly<Record<string, string>>;
};

/** Enough to keep the service busy, and few enough to leave it to others as well. */
const AT_ONCE = 8;

/** The same request `count` times. With a seed, event number i has the seed `seed + i`. */
export function repeated(request: TriggerEvent, count: number): Plan {
  const { seed } = request;
  const stories = function* (): Generator<Story> {
    for (let place = 0; place < count; place += 1) {
      const own = seed === undefined ? request : { ...request, seed: seed + place };
      yield [{ kind: 'trigger', place, request: own }];
    }
  };
  return { stories: stories(), total: count, concurrency: AT_ONCE };
}

export interface ScenarioOptions extends CommonRequest {
  readonly scenario: Scenario;
  /** How often, each time with other people: number i has the seed `seed + i`. */
  readonly count: number;
  readonly seed: number;
  readonly now: () => number;
}

/** @throws {CalReplyError} InvalidRequest when a value to set is not in all events of the scenario */
export function ofScenario({ scenario, count, seed, now, set, ...common }: ScenarioOptions): Plan {
  const length = scenarioSteps(scenario, now()).length;
  checkOverrides(scenario, set);
  const stories = function* (): Generator<Story> {
    for (let i = 0; i < count; i += 1) {
      yield scenarioSteps(scenario, now()).map((step, k): Step => {
        const place = i * length + k;
        if (step.kind === 'resend') return { kind: 'resend', place, to: common.to };
        const request = { ...common, eventType: step.type, seed: seed + i, set: { ...step.set, ...set } };
        return { kind: 'trigger', place, request };
      });
    }
  };
  return { stories: stories(), total: count * length, concurrency: AT_ONCE };
}

/**
 * The service refuses a value that an event does not have. Half of a scenario would have been sent by then, so it is
 * found out here.
 */
function checkOverrides(scenario: Scenario, set: Readonly<Record<string, string>>): void {
  // How many tags somebody has depends on the calendar and the seed.
  const known = Object.entries(set).filter(([path]) => !path.includes('calendarTags'));
  for (const step of scenarioSteps(scenario, 0)) {
    if (step.kind === 'resend') continue;
    const account = { id: '', name: '', code: '' };
    const calendar = { id: '', title: '', code: '', tags: [] };
    const sample = sampleEvent({ type: step.type, account, calendar, seed: 0, now: 0 });
    try {
      overrideDetails(sample, Object.fromEntries(known));
    } catch (error) {
      if (!(error instanceof CalReplyError)) throw error;
      throw new CalReplyError(error.code, `The ${step.type} of ${scenario}: ${error.message}`, {
        hint: 'What is set must be in all events of a scenario.',
        cause: error,
      });
    }
  }
}
