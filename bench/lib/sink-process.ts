/* A receiver that does nothing but note when what arrived: run by `sink.ts`, as a process of its own. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { now } from './monotonic.js';
import type { FromSink, Receipt, ToSink } from './sink.js';

let receipts: Receipt[] = [];
/** The answers that are held back; absent while none is. */
let held: ServerResponse[] | undefined;

const server = createServer((request, answer) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    receipts.push([String(request.headers['webhook-id']), now()]);
    if (held) held.push(answer);
    else accept(answer);
  });
});
// A connection that rests between two rounds is still there in the next.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));

process.on('message', (asked: ToSink) => {
  switch (asked) {
    case 'count':
      return tell({ count: receipts.length });
    case 'hold':
      held = [];
      return tell({ at: now() });
    case 'release':
      tell({ at: now() });
      held?.forEach(accept);
      held = undefined;
      return;
    case 'take':
      tell({ receipts });
      receipts = [];
  }
});
process.once('disconnect', () => process.exit());
// ^C is for the bench, which ends this one when it has ended the rest.
process.on('SIGINT', () => undefined);

function accept(answer: ServerResponse): void {
  answer.writeHead(200, { 'content-length': 0 }).end();
}

function tell(message: FromSink): void {
  // Who started it may have ended while it was starting.
  if (process.connected) process.send?.(message);
  else process.exit();
}
