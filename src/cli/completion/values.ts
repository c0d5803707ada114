import { EVENT_TYPES, EVENT_TYPE_TRIGGERS, kebabEventType } from '../../model/event-types.js';
import type { ServiceKind } from './ask-service.js';
import type { ValueKind } from './value-kinds.js';
import type { Candidate } from './what-is-next.js';

/** What the shell finds itself: paths. */
export type PathKind = Extract<ValueKind, 'file' | 'folder'>;

/** Values of one kind: those that are known here, or what this machine and the service know. Never fails. */
export async function valuesOf(kind: Exclude<ValueKind, PathKind>, asked: Asked): Promise<readonly Candidate[]> {
  if (kind === 'event-type') {
    return EVENT_TYPES.map((type) => ({ value: kebabEventType(type), description: EVENT_TYPE_TRIGGERS[type] }));
  }

  try {
    const { knownProfiles, askService } = await import('./ask-service.js');
    return kind === 'profile' ? knownProfiles() : await askService(kind satisfies ServiceKind, asked);
  } catch {
    // Whoever presses Tab asked for no error: not logged in, no service, a file that cannot be read.
    return [];
  }
}

/** What must be known to ask: which service the command line names, and who asks. */
export interface Asked {
  /** What was typed behind the name of the program. */
  readonly words: readonly string[];
  readonly userAgent: string;
}
