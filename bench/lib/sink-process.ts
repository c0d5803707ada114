/* A receiver that does nothing but note when what arrived: run by `sink.ts`, as a process of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { now } from './monotonic.js';
import type { FromSink, Receipt, ToSink } from './sink.js';

let receipts: Receipt[] = [];

const server = createServer((request, answer) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    receipts.push([String(request.headers['webhook-id']), now()]);
    answer.writeHead(200, { 'content-length': 0 }).end();
  });
});
// A connection that rests between two rounds is still there in the next.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));

process.on('message', (asked: ToSink) => {
  if (asked === 'count') return tell({ count: receipts.length });
  tell({ receipts });
  receipts = [];
});
process.once('disconnect', () => process.exit());

function tell(message: FromSink): void {
  process.send?.(message);
}
