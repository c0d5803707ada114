import { systemErrorCode } from '../errors.js';
import type { SendJson } from '../util/http-client.js';

/**
 * Sends as `send` does, for a service that another command may end at any moment: when nobody listens any more, what was
 * refused reached nobody, so it is sent again after `revive`.
 */
export function revivingSender(send: SendJson, revive: () => Promise<void>): SendJson {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      if (systemErrorCode(error) !== 'ECONNREFUSED') throw error;
      await revive();
      return send(request);
    }
  };
}
