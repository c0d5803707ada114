import { onTestFinished } from 'vitest';
import type { OpenedListener } from '../../src/api/contract.js';
import type { EventType } from '../../src/model/event-types.js';
import { forwarder } from '../../src/tunnel/local/forward.js';
import {
  startListening,
  type Listening,
  type ListenEvent,
  type ListeningOptions,
  type Rehearsals,
  type Route,
} from '../../src/tunnel/listening.js';
import type { TestService } from './service.js';
import { waitUntil } from './wait-until.js';

/** A running `calreply listen`, without its terminal. */
export interface TestListener extends Listening {
  readonly opened: OpenedListener;
  /** Everything it would have shown, in order. */
  readonly events: readonly ListenEvent[];
  /** Waits until it saw `count` events of this kind. */
  saw(kind: ListenEvent['kind'], count?: number): Promise<void>;
}

export interface TestListenerOptions {
  readonly name?: string;
  readonly eventTypes?: readonly EventType[];
  /** Where the local app is. */
  readonly target: string;
  /** In place of one route to the target for all. */
  readonly routes?: readonly Route[];
  readonly rehearsals?: Rehearsals;
  /** How the tunnel reaches the service; directly when absent. */
  readonly through?: (tunnelUrl: string) => string;
  readonly client?: string;
  /** More of how it listens, or another way. */
  readonly link?: Partial<ListeningOptions>;
}

/** Starts to listen and waits for the connection; it ends with the test. */
export async function startListener(service: TestService, options: TestListenerOptions): Promise<TestListener> {
  const listener = await openListener(service, options);
  await listener.saw('connected');
  return listener;
}

/** Starts to listen, without waiting for anything. */
export async function openListener(
  service: TestService,
  {
    name = 'laptop',
    eventTypes = [],
    target,
    routes,
    rehearsals,
    through = (url) => url,
    client = 'test on laptop',
    link = {},
  }: TestListenerOptions,
): Promise<TestListener> {
  const opened = await service.api.openListener({ name, eventTypes: [...eventTypes] });
  const events: ListenEvent[] = [];
  const listening = startListening({
    async open() {
      const { tunnelUrl, secret } = await service.api.openListener({ name, eventTypes: [...eventTypes] });
      return { tunnelUrl: through(tunnelUrl), accessToken: await service.api.accessToken(), secret };
    },
    client,
    routes: routes ?? [
      { types: [], forwarder: forwarder({ target: new URL(target), timeout: 10_000 }), mirror: false },
    ],
    rehearsals,
    onEvent: (event) => events.push(event),
    ...link,
  });
  onTestFinished(() => listening.stop(0));
  return {
    ...listening,
    opened,
    events,
    saw: (kind, count = 1) =>
      waitUntil(`the listener saw ${count} × ${kind}`, () => {
        return events.filter((event) => event.kind === kind).length >= count;
      }),
  };
}
