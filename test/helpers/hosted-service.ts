import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A service as CalReply hosts it: it answers CalReply's own calls, by one of ours behind it, and none of those that only
 * ours has.
 */
export async function startHostedService(behind: string): Promise<{ readonly url: string; end(): Promise<void> }> {
  const server = createServer((asked, answer) => {
    const { method, url = '/', headers } = asked;
    if (!/^\/(oauth2\/token|v\d\/(subscribe|subscription|subscriptionevent)\/)/.test(url)) {
      answer.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
      return;
    }

    const passed = request(new URL(url, behind), { method, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async end() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
