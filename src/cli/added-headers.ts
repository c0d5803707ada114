import { CalReplyError } from '../errors.js';
import { isHopByHop } from '../model/hop-by-hop.js';
import type { HeaderList } from '../model/request.js';
import { parseHeaders } from './input.js';

/**
 * `Name: value` headers that are to be added to each request for a local app.
 *
 * @throws {CalReplyError} WrongUse for what is no header, and for one that the HTTP client sets itself
 */
export function addedHeaders(headers: readonly string[]): HeaderList {
  const parsed = parseHeaders(headers);
  const [wrong] = parsed.find(([name]) => isHopByHop(name)) ?? [];
  if (wrong === undefined) return parsed;
  throw new CalReplyError('WrongUse', `The header ${wrong} belongs to the connection and cannot be added.`, {
    hint: 'It is set for each request as it has to be: leave it out.',
  });
}
