import Type, { type Static } from 'typebox';
import { ErrorAnswer } from './shared.js';

/** RFC 6749, section 5.1. */
export const TokenAnswer = Type.Object(
  {
    access_token: Type.String(),
    token_type: Type.String(),
    expires_in: Type.Integer({ description: 'Seconds.' }),
    refresh_token: Type.Optional(Type.String()),
  },
  { title: 'Token' },
);
export type TokenAnswer = Static<typeof TokenAnswer>;

/** A refused token request: RFC 6749, section 5.2, and our error model beside it. */
export const TokenErrorAnswer = Type.Object(
  { error: Type.String(), error_description: Type.String(), ...ErrorAnswer.properties },
  { title: 'TokenError' },
);
