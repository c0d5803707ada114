/** The type that its elements have: https://www.postgresql.org/docs/current/catalog-pg-type.html */
const BYTEA = 17;
/** How many dimensions, whether there are nulls, the type; of its one dimension how long it is and where it starts. */
const HEADER = 5 * 4;

/**
 * An array of bytea as PostgreSQL takes it in binary (`array_recv`): as text, each byte would be two digits, to be written,
 * sent and read.
 */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const size = values.reduce((sum, { byteLength }) => sum + 4 + byteLength, HEADER);
  const array = Buffer.allocUnsafe(size);
  let at = 0;
  for (const number of [1, 0, BYTEA, values.length, 1]) at = array.writeInt32BE(number, at);
  for (const value of values) {
    at = array.writeInt32BE(value.byteLength, at);
    array.set(value, at);
    at += value.byteLength;
  }

  return array;
}
