/* A receiver that can be killed: run by `app.ts`. Arguments: its port, and the file that it writes each receipt to. */
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file = ''] = process.argv.slice(2);
const receipts = openSync(file, 'a');

createServer((request, answer) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    // Before the answer: what was answered is in the file, however this process ends.
    writeSync(receipts, `${String(request.headers['webhook-id'])}\n`);
    answer.writeHead(200, { 'content-length': 0 }).end();
  });
}).listen(Number(port), '127.0.0.1', () => process.send?.('listening'));
process.once('disconnect', () => process.exit());
