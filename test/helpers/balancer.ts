import { connect, createServer, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Spreads connections over ports of this machine, and knows nothing of what they carry. */
export interface Balancer {
  readonly url: string;
}

/**
 * Starts one; it ends with the test.
 *
 * @param ports whom a connection may go to, by turns; past one that refuses it
 */
export async function startBalancer(ports: () => readonly number[]): Promise<Balancer> {
  let turn = 0;
  const server = createServer((client) => {
    client.on('error', () => {});
    const all = ports();
    const start = turn++;
    const attempt = (tried: number) => {
      const port = all[(start + tried) % all.length];
      if (port === undefined || tried >= all.length) return void client.destroy();
      const target = connect(port, '127.0.0.1');
      let isConnected = false;
      target.once('connect', () => {
        isConnected = true;
        client.pipe(target).pipe(client);
      });
      target.on('error', () => {
        if (!isConnected) attempt(tried + 1);
      });
      target.on('close', () => {
        if (isConnected) client.destroy();
      });
      client.on('close', () => target.destroy());
    };
    attempt(0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
