import { systemErrorCode } from '../errors.js';
import { mayRepeat, type SendJson } from '../util/http-client.js';

/**
 * Sends as `send` does, for a service that another command may end at any moment: when nobody listens any more, what was
 * refused reached nobody, so it is sent again after `revive`. A kept connection that is being closed would not say that it
 * reached nobody, so what cannot be sent twice takes one of its own.
 */
export function revivingSender(send: SendJson, revive: () => Promise<void>): SendJson {
  return async (asked) => {
    const request = { ...asked, isOnOwnConnection: !mayRepeat(asked) };
    try {
      return await send(request);
    } catch (error) {
      if (systemErrorCode(error) !== 'ECONNREFUSED') throw error;
      await revive();
      return send(request);
    }
  };
}
