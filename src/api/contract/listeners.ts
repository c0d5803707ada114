import Type, { type Static } from 'typebox';
import { LISTENER_NAME } from '../../model/listener.js';
import { EventTypes } from './event-types.js';
import { Guid, Time } from './shared.js';

/* Named places to which a tunnel brings events. */

export const OpenListener = Type.Object({
  name: Type.String({
    pattern: LISTENER_NAME,
    description: 'Names your place: a listener of this name is taken up again.',
  }),
  eventTypes: Type.Optional(EventTypes),
});
export type OpenListener = Static<typeof OpenListener>;

export const ListenerResource = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    webhookId: Type.String(),
    connected: Type.Boolean(),
    inboxUrl: Type.String({ description: 'Whatever is POSTed here reaches the local app byte for byte.' }),
    createdAt: Time,
  },
  { title: 'Listener' },
);
export type ListenerResource = Static<typeof ListenerResource>;

export const OpenedListener = Type.Object(
  {
    ...ListenerResource.properties,
    eventTypes: EventTypes,
    tunnelUrl: Type.String({ description: 'The WebSocket to connect to; see docs/tunnel-protocol.md.' }),
    secret: Type.String({ description: 'Verifies the signatures of what the tunnel brings.' }),
  },
  { title: 'OpenedListener' },
);
export type OpenedListener = Static<typeof OpenedListener>;

export const ListenerList = Type.Object({ listeners: Type.Array(ListenerResource) }, { title: 'ListenerList' });
export type ListenerList = Static<typeof ListenerList>;

/** What a sender is told whose request came in at an inbox. */
export const InboxAnswer = Type.Object({ eventId: Guid, notificationId: Type.String() }, { title: 'InboxAnswer' });
