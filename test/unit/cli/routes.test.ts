import { describe, expect, test } from 'vitest';
import { parseRoute, wantedTypes } from '../../../src/cli/routes.js';
import type { HistoryType } from '../../../src/model/event-types.js';

describe('a route in a flag', () => {
  test.each([
    ['localhost:3000', [], 'http://localhost:3000/'],
    ['3000/hooks', [], 'http://localhost:3000/hooks'],
    ['localhost:3000/hooks?key=a=b', [], 'http://localhost:3000/hooks?key=a=b'],
    ['localhost?key=a', [], 'http://localhost/?key=a'],
    ['subscribe=3000/new', ['Subscribe'], 'http://localhost:3000/new'],
    ['SubscriptionEventAdded=3000', ['SubscriptionEventAdded'], 'http://localhost:3000/'],
    ['subscription-event-added=3000', ['SubscriptionEventAdded'], 'http://localhost:3000/'],
    [
      'subscribe, unsubscribe,subscribe=http://127.0.0.1:9/?a=b',
      ['Subscribe', 'Unsubscribe'],
      'http://127.0.0.1:9/?a=b',
    ],
    ['inbox=3000/github', ['Inbox'], 'http://localhost:3000/github'],
  ])('%s', (text, types, target) => {
    const route = parseRoute(text, { mirror: false });
    expect({ types: route.types, target: route.target.href }).toEqual({ types, target });
  });

  test.each([
    ['subscribed=3000', '“subscribed” is not a type of event.'],
    ['subscribe,=3000', '“” is not a type of event.'],
    ['subscribe=', '“” is nowhere to forward to.'],
    ['=3000', '“” is not a type of event.'],
    ['ftp://localhost', 'is nowhere to forward to.'],
  ])('%s is none', (text, sentence) => {
    expect(() => parseRoute(text, { mirror: false })).toThrow(sentence);
  });
});

describe('the types that a listener asks for', () => {
  const route = (types: HistoryType[], mirror = false) => ({ types, mirror });

  test('are those of its routes', () => {
    const routes = [route(['Unsubscribe']), route(['Subscribe', 'Inbox']), route(['Test'], true)];
    expect(wantedTypes(routes, undefined)).toEqual(['Subscribe', 'Unsubscribe']);
  });

  test('are every type with a route for all, or those that were asked for', () => {
    const routes = [route(['Subscribe']), route([])];
    expect(wantedTypes(routes, undefined)).toEqual([]);
    expect(wantedTypes(routes, ['Test'])).toEqual(['Test']);
  });

  test('need a route; a mirror is none', () => {
    const routes = [route(['Subscribe']), route([], true)];
    expect(wantedTypes(routes, ['Subscribe'])).toEqual(['Subscribe']);
    expect(() => wantedTypes(routes, ['Subscribe', 'Unsubscribe', 'Test'])).toThrow(
      'No route takes unsubscribe, test.',
    );
    expect(() => wantedTypes(routes, [])).toThrow('No route takes unsubscribe, subscription-details-updated,');
    expect(() => wantedTypes([route(['Inbox'])], undefined)).toThrow('Only what comes in at the inbox has a route');
  });
});
