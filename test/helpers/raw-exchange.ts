import { connect } from 'node:net';

/**
 * Sends text on a bare connection and reads until it is closed.
 *
 * @param end closes the sending side behind the text, as a sender does that breaks off
 */
export function rawExchange(url: string, text: string, { end = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => (end ? socket.end(text) : socket.write(text)));
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}
