import { Ajv } from 'ajv';
import formatsModule from 'ajv-formats';
import type { FastifySchemaCompiler, FastifySchema } from 'fastify';

/**
 * Checks what comes in. A body means what it says: "5" is no number, and fields nobody knows stay. Everything in a URL
 * is text, so there "5" is one.
 */
export function schemaCompiler(): FastifySchemaCompiler<FastifySchema> {
  const exact = withFormats(new Ajv({ coerceTypes: false, strict: false }));
  const fromText = withFormats(new Ajv({ coerceTypes: true, strict: false }));
  return ({ schema, httpPart }) => (httpPart === 'body' ? exact : fromText).compile(schema);
}

function withFormats(ajv: Ajv): Ajv {
  // The package is CommonJS and its types say so: at run time the function is the module or its default, by the loader.
  const addFormats = formatsModule as unknown as typeof formatsModule.default & {
    default?: typeof formatsModule.default;
  };
  (addFormats.default ?? addFormats)(ajv);
  return ajv;
}
