import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    wholeFaults: boolean;
  }
}

/**
 * True in `npm run test:faults`, where a fault test goes all the way. In `npm test` it has seconds: fewer rounds of the
 * same, or `context.skip('why')`.
 */
export const wholeFaults = inject('wholeFaults');
