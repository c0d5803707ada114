import Type, { type Static } from 'typebox';
import { LISTENER_NAME } from '../../model/listener.js';
import { EventTypes } from './event-types.js';
import { Guid, OrNull, Time } from './shared.js';

/* Named places to which a tunnel brings events. */

export const OpenListener = Type.Object({
  name: Type.String({
    pattern: LISTENER_NAME,
    description: 'Names your place: a listener of this name is taken up again.',
  }),
  eventTypes: Type.Optional(EventTypes),
  signAs: Type.Optional(
    OrNull(
      Type.String({
        description: 'The id of a webhook whose secret signs as well, and first; only the listener’s own when absent.',
      }),
    ),
  ),
  takeover: Type.Optional(
    Type.Boolean({
      description: 'Holds for a listener that another session holds as well: the caller is about to take it over.',
    }),
  ),
});
export type OpenListener = Static<typeof OpenListener>;

export const ListenerResource = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    webhookId: Type.String(),
    connected: Type.Boolean(),
    inboxUrl: Type.String({ description: 'Whatever is sent here reaches the local app byte for byte.' }),
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
    signAs: OrNull(Type.String({ description: 'The webhook whose secret signs as well, and first.' })),
  },
  { title: 'OpenedListener' },
);
export type OpenedListener = Static<typeof OpenedListener>;

export const ListenerList = Type.Object({ listeners: Type.Array(ListenerResource) }, { title: 'ListenerList' });
export type ListenerList = Static<typeof ListenerList>;

export const PlaceListener = Type.Object({
  start: Type.String({
    maxLength: 64,
    description:
      '`now`, a time with its zone, or the id of a notification: what was accepted since then is sent again.',
  }),
  takeover: Type.Optional(Type.Boolean({ description: 'Ends the tunnel of whoever holds the listener, for good.' })),
});
export type PlaceListener = Static<typeof PlaceListener>;

export const PlacedListener = Type.Object(
  {
    skipped: Type.Integer({ description: 'How many notifications waited, and were given up.' }),
    replayed: Type.Integer({ description: 'How many new ones were made of the events since then.' }),
  },
  { title: 'PlacedListener' },
);
export type PlacedListener = Static<typeof PlacedListener>;

/** What a sender is told whose request came in at an inbox. */
export const InboxAnswer = Type.Object({ eventId: Guid, notificationId: Type.String() }, { title: 'InboxAnswer' });
