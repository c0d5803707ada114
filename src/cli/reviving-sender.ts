import { systemErrorCode } from '../errors.js';
import { mayRepeat, NotProcessed, type JsonRequest, type SendJson } from '../util/http-client.js';

/** How often a request is sent at most: one service after another may be ending just then. */
const MOST_TRIES = 5;

/**
 * Sends as `send` does, for a service that another command may end at any moment: what came to nothing is sent again after
 * `revive`. What cannot be sent twice expects 100 Continue, so that it is known whether it came to anything.
 */
export function revivingSender(send: SendJson, revive: () => Promise<void>): SendJson {
  return async (asked) => {
    const request = { ...asked, expectsContinue: !mayRepeat(asked) };
    for (let triesLeft = MOST_TRIES - 1; ; triesLeft -= 1) {
      try {
        return await send(request);
      } catch (error) {
        if (triesLeft === 0 || !isOver(error, request)) throw error;
        await revive();
      }
    }
  };
}

/** Whether the service ended before it did anything, or before it told what it did where that may be done again. */
function isOver(error: unknown, request: JsonRequest): boolean {
  const code = systemErrorCode(error);
  return code === 'ECONNREFUSED' || (code === 'ECONNRESET' && (error instanceof NotProcessed || mayRepeat(request)));
}
