import Type, { type Static } from 'typebox';
import { ErrorAnswer } from './shared.js';

export const HealthAnswer = Type.Object(
  { status: Type.Literal('ok'), service: Type.Literal('calreply'), version: Type.String() },
  { title: 'Health' },
);

const ReadinessCheck = Type.Object({
  check: Type.Enum(['running', 'store', 'deliveries'], {
    description:
      'running: it is not stopping. store: something can be written. deliveries: the engine keeps up with what is due.',
  }),
  ok: Type.Boolean(),
  reason: Type.Optional(Type.String({ description: 'Why it is not.' })),
});
/** One of the things that a service needs to do its work. */
export type ReadinessCheck = Static<typeof ReadinessCheck>;

export const ReadyAnswer = Type.Object(
  { status: Type.Literal('ready'), checks: Type.Array(ReadinessCheck) },
  { title: 'Ready' },
);
export type ReadyAnswer = Static<typeof ReadyAnswer>;

export const UnreadyAnswer = Type.Object(
  { ...ErrorAnswer.properties, status: Type.Literal('unready'), checks: Type.Array(ReadinessCheck) },
  { title: 'Unready' },
);
export type UnreadyAnswer = Static<typeof UnreadyAnswer>;
