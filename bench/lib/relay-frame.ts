/** What the relay sends for a request: its headers as they came, and its body. */
export interface RelayFrame {
  readonly number: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

const NUMBER_LENGTH = 4;
const START_OF_HEADERS = 8;

/** Two numbers of four bytes, that of the request and the length of the headers; the headers as JSON; the body. */
export function encodeFrame({ number, rawHeaders, body }: RelayFrame): Buffer {
  const headers = Buffer.from(JSON.stringify(rawHeaders));
  const start = Buffer.alloc(START_OF_HEADERS);
  start.writeUInt32BE(number);
  start.writeUInt32BE(headers.length, NUMBER_LENGTH);
  return Buffer.concat([start, headers, body]);
}

export function decodeFrame(frame: Buffer): RelayFrame {
  const end = START_OF_HEADERS + frame.readUInt32BE(NUMBER_LENGTH);
  const rawHeaders = JSON.parse(frame.toString('utf8', START_OF_HEADERS, end)) as string[];
  return { number: frame.readUInt32BE(0), rawHeaders, body: frame.subarray(end) };
}
