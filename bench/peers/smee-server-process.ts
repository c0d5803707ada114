/*
 * A server for smee-client, since smee.io's own is not on npm: run by `smee.ts`, as a process of its own. Argument: its port.
 *
 * What a client can see of it is what smee.io does: a POST to a channel is answered 200 at once, whether anybody is there
 * to get it, and goes as one message of Server-Sent Events to whoever has the channel open: the headers as fields of one
 * object, beside them the body, parsed, the query and the time. smee.io makes more of each request (a framework, a log
 * line, a schema), so this one can only be faster.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const open = new Set<ServerResponse>();
let messages = 0;

const server = createServer((request, answer) => {
  if (request.headers.accept === 'text/event-stream') subscribe(answer);
  else publish(request, answer);
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
process.once('disconnect', () => process.exit());

function subscribe(answer: ServerResponse): void {
  answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  open.add(answer);
  answer.on('close', () => open.delete(answer));
  send(answer, { event: 'ready', data: {} });
  process.send?.('connected');
}

function publish(request: IncomingMessage, answer: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
    const data = { ...request.headers, body, query: {}, timestamp: Date.now() };
    for (const client of open) send(client, { data });
    answer.writeHead(200, { 'content-length': 0 }).end();
  });
}

function send(client: ServerResponse, { event, data }: { event?: string; data: object }): void {
  const name = event === undefined ? '' : `event: ${event}\n`;
  client.write(`id: ${messages++}\n${name}data: ${JSON.stringify(data)}\n\n`);
}
