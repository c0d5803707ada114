import { Ajv } from 'ajv';
import formatsModule from 'ajv-formats';
import type { FastifyRequest, FastifySchema, FastifySchemaCompiler } from 'fastify';
import { CalReplyError } from '../errors.js';

/** No body is nested deeper than this: what walks one later, such as `JSON.stringify`, would run out of stack. */
const MOST_DEPTH = 64;

/**
 * Checks what comes in. A body means what it says: "5" is no number, and fields nobody knows stay. Everything in a URL
 * is text, so there "5" is one.
 */
export function schemaCompiler(): FastifySchemaCompiler<FastifySchema> {
  const exact = withFormats(new Ajv({ coerceTypes: false, strict: false }));
  const fromText = withFormats(new Ajv({ coerceTypes: true, strict: false }));
  return ({ schema, httpPart }) => (httpPart === 'body' ? exact : fromText).compile(schema);
}

/**
 * A hook that refuses bodies which are nested too deep.
 *
 * @throws {CalReplyError} InvalidRequest
 */
export async function refuseDeepBody({ body }: FastifyRequest): Promise<void> {
  if (isDeeperThan(MOST_DEPTH, body))
    throw new CalReplyError('InvalidRequest', `The body is nested more than ${MOST_DEPTH} deep.`);
}

/** A hook for calls whose body has nothing that must be said: without one, it is an empty one. */
export async function bodyMayBeAbsent(request: FastifyRequest): Promise<void> {
  // `null` is a body that says something else.
  if (request.body === undefined) request.body = {};
}

function isDeeperThan(most: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => isDeeperThan(most - 1, inner));
}

function withFormats(ajv: Ajv): Ajv {
  // The package is CommonJS and its types say so: at run time the function is the module or its default, by the loader.
  const addFormats = formatsModule as unknown as typeof formatsModule.default & {
    default?: typeof formatsModule.default;
  };
  (addFormats.default ?? addFormats)(ajv);
  return ajv;
}
