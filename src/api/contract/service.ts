import Type from 'typebox';

export const HealthAnswer = Type.Object(
  { status: Type.Literal('ok'), service: Type.Literal('calreply'), version: Type.String() },
  { title: 'Health' },
);
