import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { AtEnd } from './home.js';

/** A program needs these as they are to go on at all. */
const UNTOUCHED = new Set(['access_token', 'refresh_token', 'token_type', 'tunnelUrl', 'nextCursor']);

const TIME = /^\d{4}-\d{2}-\d{2}T/;

/**
 * A service whose every word is hostile: each text in each of its answers, whatever it means, ends with `poison`. Behind
 * it is a real one; tunnels go through as they are.
 *
 * @returns its URL
 */
export async function startPoisoningProxy(target: string, poison: string, atEnd: AtEnd): Promise<string> {
  const { hostname, port } = new URL(target);
  const server = createServer((request, response) => {
    const { method, url: path, headers } = request;
    const sent = forward({ hostname, port, method, path, headers }, (answer) => pass(answer, response, poison));
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  });
  server.on('upgrade', (request, socket, head) => {
    const service = connect(Number(port), hostname, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`, ...pairs(request.rawHeaders), '', ''];
      service.write(Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), head]));
      service.pipe(socket);
      socket.pipe(service);
    });
    for (const side of [socket, service]) {
      side.on('error', () => undefined);
      side.on('close', () => [socket, service].forEach((other) => other.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pass(answer: IncomingMessage, response: ServerResponse, poison: string): void {
  const { statusCode = 502, headers } = answer;
  const { 'content-length': _, ...others } = headers;
  response.writeHead(statusCode, others);
  const isStream = headers['content-type']?.startsWith('text/event-stream') ?? false;
  let text = '';
  answer.setEncoding('utf8');
  answer.on('data', (chunk: string) => {
    text += chunk;
    if (!isStream) return;
    const end = text.lastIndexOf('\n') + 1;
    response.write(
      text.slice(0, end).replace(/(?<=^|\n)data: ([^\n]*)/g, (_, json: string) => `data: ${poisoned(json, poison)}`),
    );
    text = text.slice(end);
  });
  answer.on('end', () => response.end(isStream ? text : poisoned(text, poison)));
  answer.on('error', () => response.destroy());
  response.on('close', () => answer.destroy());
}

function poisoned(json: string, poison: string): string {
  return json === ''
    ? json
    : JSON.stringify(JSON.parse(json), (key, value: unknown) =>
        typeof value !== 'string' || UNTOUCHED.has(key) || TIME.test(value) ? value : value + poison,
      );
}

function pairs(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
}
