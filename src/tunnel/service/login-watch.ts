import { CalReplyError } from '../../errors.js';
import { LOGIN_CHECK_EVERY } from '../../model/login.js';
import type { TokenHolder } from '../../store/store.js';
import type { Clock } from '../../util/clock.js';
import { CLOSE } from '../protocol.js';

export interface LoginWatchOptions {
  readonly clock: Clock;
  /** The login that the link was opened with. */
  readonly login: TokenHolder;
  /** Whether the client renews its login. One that knows nothing of that keeps its link for as long as it may log in. */
  readonly renews: boolean;
  /** @throws {CalReplyError} Unauthorized */
  readonly authenticate: (authorization: string) => Promise<TokenHolder>;
  /** Whether the client of this id may log in still. */
  readonly mayLogIn: (clientId: string) => Promise<boolean>;
  /** The link is to be closed, with this code and for this reason. */
  readonly onOver: (code: number, reason: string) => void;
}

/** Watches the login behind a link: a token is asked for when a link begins, and a link may last for weeks. */
export interface LoginWatch {
  /** How long the login holds from now on, in milliseconds. */
  readonly expiresIn: number;
  /** Puts a new access token in the place of the one before. True when it holds; otherwise the link is over. */
  renew(accessToken: string): Promise<boolean>;
  stop(): void;
}

export function watchLogin(options: LoginWatchOptions): LoginWatch {
  const { clock, renews, authenticate, mayLogIn, onOver } = options;
  let { login } = options;
  let isStopped = false;
  let cancelEnd = () => {};
  let cancelCheck = () => {};

  const stop = () => {
    isStopped = true;
    cancelEnd();
    cancelCheck();
  };
  const over = (code: number, reason: string) => {
    if (isStopped) return;
    stop();
    onOver(code, reason);
  };
  const expiresIn = () => Math.max(login.expiresAt - clock.now(), 0);
  const waitForEnd = () => {
    cancelEnd();
    if (!renews) return;
    cancelEnd = clock.after(expiresIn(), () => over(CLOSE.LoginOver, 'The login ended and was not renewed.'));
  };
  const check = async () => {
    // A store that fails says nothing about the login.
    const holds = await mayLogIn(login.clientId).catch(() => true);
    if (!holds) return over(CLOSE.LoginOver, 'The credentials behind the login hold no more.');
    if (!isStopped) cancelCheck = clock.after(LOGIN_CHECK_EVERY, () => void check());
  };
  cancelCheck = clock.after(LOGIN_CHECK_EVERY, () => void check());
  waitForEnd();

  return {
    get expiresIn() {
      return expiresIn();
    },
    async renew(accessToken) {
      try {
        const next = await authenticate(`Bearer ${accessToken}`);
        if (next.account.id !== login.account.id) {
          over(CLOSE.LoginOver, 'The new login is of another account.');
        } else if (!isStopped) {
          login = next;
          waitForEnd();
        }
      } catch (error) {
        const isRefused = error instanceof CalReplyError && error.code === 'Unauthorized';
        if (isRefused) over(CLOSE.LoginOver, 'The new login does not hold.');
        else over(CLOSE.Restart, 'The new login could not be checked.');
      }

      return !isStopped;
    },
    stop,
  };
}
