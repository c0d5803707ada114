import type { FastifyError } from 'fastify';

/** What a schema did not let through, as a sentence for people. */
export function validationText(error: FastifyError): string {
  const [first] = error.validation ?? [];
  const name = first?.instancePath.split('/').at(-1);
  if (name) {
    const limit = Number(first?.params.limit);
    if (first?.keyword === 'minLength' && limit === 1) return `“${name}” is empty.`;
    if (first?.keyword === 'maxLength') return `“${name}” is longer than ${limit} characters.`;
  }

  return `${error.message.replace(/^body/, 'The body').replace(/^querystring/, 'The query')}.`;
}
