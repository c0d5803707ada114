import type { AccountList, AddAccount, AddedAccount, RotateCredentials, RotatedCredentials } from './contract.js';
import { Session, type ClientOptions } from './session.js';

export type OperatorClientOptions = Omit<ClientOptions, 'clientId' | 'clientSecret' | 'tokens' | 'onTokens' | 'key'> & {
  /** The service's operator key. */
  readonly key: string;
};

/** The calls for who runs a service, a method for each. They fail as those of the ApiClient do. */
export class OperatorClient {
  readonly #session: Session;

  constructor(options: OperatorClientOptions) {
    this.#session = new Session({ ...options, clientId: '', clientSecret: '' });
  }

  get apiUrl(): string {
    return this.#session.apiUrl;
  }

  accounts(): Promise<AccountList> {
    return this.#session.call('GET', '/v1/accounts');
  }

  addAccount(account: AddAccount): Promise<AddedAccount> {
    return this.#session.call('POST', '/v1/accounts', { body: account });
  }

  rotateCredentials(code: string, how: RotateCredentials): Promise<RotatedCredentials> {
    return this.#session.call('POST', `/v1/accounts/${encodeURIComponent(code)}/credentials`, { body: how });
  }
}
