import { onTestFinished } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import type { RunningCommand } from './cli.js';
import { eventually } from './eventually.js';
import { Home } from './home.js';
import { startLoad, type Load } from './load.js';
import { expectAllReceived, type Receipts } from './receipts.js';
import { startReceivingApp, type ReceivingApp, type ReceivingAppOptions } from './receiving-app.js';
import { localCredentials } from './subscribe.js';
import { drained } from './whole-history.js';

/** A service, a local app, and a listener between them, each a process of its own, while events are accepted. */
export interface ListeningUnderLoad {
  readonly home: Home;
  readonly url: string;
  readonly account: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly app: ReceivingApp;
  readonly load: Load;
  /** The listener that was started last. */
  listener(): RunningCommand;
  /** Starts a listener of the same name, and waits until it is ready. */
  listen(...args: string[]): Promise<RunningCommand>;
  /** Kills the service as a lost machine does, and starts it again. */
  killService(): Promise<void>;
  /** Waits until that many more events are accepted. */
  moreAccepted(count: number): Promise<void>;
  /** Ends the load and expects that the app received all that was accepted, in order; see {@link expectAllReceived}. */
  allReceived(): Promise<Receipts>;
}

export interface UnderLoadOptions {
  readonly answer?: ReceivingAppOptions['answer'];
  /** The app is down at first, until it is restarted. */
  readonly isDown?: boolean;
  /** Of the first listener. */
  readonly args?: readonly string[];
}

export async function listeningUnderLoad({
  answer,
  isDown = false,
  args = [],
}: UnderLoadOptions = {}): Promise<ListeningUnderLoad> {
  const home = new Home(onTestFinished);
  const app = await startReceivingApp(onTestFinished, { answer });
  if (isDown) await app.stop();
  let service = await home.serve();
  const { url, account } = service.serving;
  const credentials = localCredentials(home);
  const api = new ApiClient({ apiUrl: url, ...credentials, userAgent: 'test' });
  let newest: RunningCommand;
  const listen = async (...more: string[]) => {
    newest = home.start(['listen', '--forward-to', app.url, '--name', 'laptop', '--json', ...more]);
    await newest.jsonLine('ready');
    return newest;
  };
  newest = await listen(...args);
  const load = startLoad({ api, senders: 4, pause: 20 });

  return {
    home,
    url,
    account,
    credentials,
    app,
    load,
    listener: () => newest,
    listen,
    async killService() {
      await service.stop('SIGKILL');
      service = await home.serve({ port: new URL(url).port });
    },
    async moreAccepted(count) {
      const until = load.accepted.size + count;
      await eventually('more events to be accepted', () => load.accepted.size >= until, 60_000);
    },
    async allReceived() {
      await load.stop();
      await drained(api);
      return expectAllReceived(load, app.received);
    },
  };
}
