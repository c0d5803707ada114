import type { FastifyReply, FastifyRequest } from 'fastify';
import { Turns } from '../util/turns.js';

/** So many at once for an account, the others wait: over a long history they take seconds. */
const AT_ONCE = 2;

/** Answers what may take seconds to read: a few at a time for each account, and none for who has gone. */
export class LongReads {
  readonly #turns = new Turns(AT_ONCE);

  /** @param read ends with the signal's reason when nobody waits for it any more */
  async answer<Result>(
    { account }: Pick<FastifyRequest, 'account'>,
    reply: FastifyReply,
    read: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | FastifyReply> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { signal } = gone;
    try {
      return await this.#turns.take(() => read(signal), { key: account.id, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      // Nobody is there to be answered.
      return reply.hijack();
    }
  }
}
