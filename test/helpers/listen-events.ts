import type { ForwardOutcome } from '../../src/tunnel/local/forward.js';
import type { ListenEvent } from '../../src/tunnel/listening.js';
import type { Deliver } from '../../src/tunnel/protocol.js';

/* What a listener tells of one delivery, for those who look on. */

export const connected: ListenEvent = { kind: 'connected', again: false, missed: null, awayMs: null };
export const connectedAgain: ListenEvent = { ...connected, again: true };

export function deliver(id: string, more: Partial<Deliver> & { readonly eventType?: string } = {}): Deliver {
  const { eventType = 'Subscribe', ...rest } = more;
  return {
    type: 'deliver',
    id,
    attempt: 1,
    event: { id: `evt-${id}`, type: eventType, isTest: false },
    method: 'POST',
    path: '',
    query: '',
    headers: [],
    body: Buffer.from('{}'),
    ...rest,
  };
}

export function arrived(id: string, eventType?: string): ListenEvent {
  return { kind: 'delivery', delivery: deliver(id, { eventType }), signature: 'none' };
}

/** @param answer a status, or why there was none */
export function forwarded(id: string, answer: number | 'timeout', eventType?: string, text = ''): ListenEvent {
  const common = { url: 'http://localhost:3000/hooks', durationMs: 12 };
  const outcome: ForwardOutcome =
    answer === 'timeout'
      ? { kind: 'unanswered', error: answer, ...common }
      : { kind: 'answered', status: answer, answer: text, ...common };
  return { kind: 'forwarded', delivery: deliver(id, { eventType }), outcome };
}

/** One delivery from its arrival to its answer. */
export function brought(id: string, answer: number | 'timeout', eventType?: string): readonly ListenEvent[] {
  return [arrived(id, eventType), forwarded(id, answer, eventType)];
}
