import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What a receiver saw of one notification. */
export interface Receipt {
  readonly eventType: string;
  readonly notificationId: string;
  /** True when the public `standardwebhooks` package accepts the signature. */
  readonly verified: boolean;
}

export interface Receiver {
  readonly url: string;
  /** Tells the secret, which is known only after the URL was registered. */
  readonly expectSecret: (secret: string) => void;
  readonly stop: () => Promise<void>;
}

/** A receiver as a merchant would write it: verifies the signature, answers 200 or 401. */
export async function startReceiver(path: string, onReceipt: (receipt: Receipt) => void): Promise<Receiver> {
  let secret: string | undefined;
  const server = createServer((request, answer) => {
    void readBody(request).then((body) => {
      const verified = secret !== undefined && isSigned(secret, body, request);
      answer.writeHead(verified ? 200 : 401).end();
      onReceipt({
        verified,
        eventType: String(request.headers['calreply-event-type']),
        notificationId: String(request.headers['calreply-notification-id']),
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    expectSecret(value) {
      secret = value;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isSigned(secret: string, body: string, { headers }: IncomingMessage): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
