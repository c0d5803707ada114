import { describe, expect, test } from 'vitest';
import { ofScenario, repeated, type Plan, type Step } from '../../../src/trigger/plan.js';

const steps = ({ stories }: Plan): Step[] => [...(stories as Iterable<Step[]>)].flat();
const requests = (plan: Plan) => steps(plan).flatMap((step) => (step.kind === 'trigger' ? [step.request] : []));

describe('a request that is repeated', () => {
  test('has the seed plus i, so that a run can be had again', () => {
    const plan = repeated({ eventType: 'Subscribe', seed: 7, to: ['whk_1'] }, 3);
    expect(requests(plan)).toEqual([7, 8, 9].map((seed) => ({ eventType: 'Subscribe', seed, to: ['whk_1'] })));
    expect(plan.total).toBe(3);
  });

  test('leaves the seeds to the service when none is given', () => {
    expect(requests(repeated({ eventType: 'Test' }, 2))).toEqual([{ eventType: 'Test' }, { eventType: 'Test' }]);
  });

  test('is made as it is sent: a million cost nothing before', () => {
    const { stories } = repeated({ eventType: 'Test' }, 1_000_000);
    expect((stories as Generator<Step[]>).next().value).toMatchObject([{ place: 0 }]);
  });
});

describe('a scenario', () => {
  const now = () => Date.parse('2026-11-23T12:00:00Z');
  const options = {
    scenario: 'churn',
    count: 2,
    seed: 40,
    now,
    calendarCode: 'shows',
    set: {},
    to: undefined,
  } as const;

  test('is a story of its own for each repetition, with other people', () => {
    const { stories, total } = ofScenario(options);
    const seeds = [...(stories as Iterable<Step[]>)].map((story) =>
      story.map((step) => step.kind === 'trigger' && step.request.seed),
    );
    expect(seeds).toEqual([Array(4).fill(40), Array(4).fill(41)]);
    expect(total).toBe(8);
  });

  test('numbers its steps through, so that each has a key of its own', () => {
    expect(steps(ofScenario(options)).map(({ place }) => place)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(steps(ofScenario({ ...options, scenario: 'duplicate' })).map(({ place }) => place)).toEqual([0, 1, 2, 3]);
  });

  test('puts what is set over its own values', () => {
    const set = { 'subscription.subscriberEmail': 'dana@example.com' };
    for (const request of requests(ofScenario({ ...options, set, to: ['whk_1'] }))) {
      expect(request).toMatchObject({ calendarCode: 'shows', to: ['whk_1'], set });
    }
  });

  test('is refused whole when one of its events lacks what is set', () => {
    const set = { 'subscription.zipCode': '94110' };
    expect(() => ofScenario({ ...options, set })).toThrow(
      'The Unsubscribe of churn: Nothing in this event is called “subscription.zipCode”.',
    );
    expect(() => ofScenario({ ...options, scenario: 'burst', set })).not.toThrow();
  });

  test('leaves tags, which depend on the calendar, to the service', () => {
    const set = { 'subscription.calendarTags.0.tagName': 'Hawks' };
    expect(() => ofScenario({ ...options, scenario: 'burst', set })).not.toThrow();
  });
});
