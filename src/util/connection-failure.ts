/**
 * Why no connection came about, or why it broke, as the end of a sentence about the other side: `nothing listens there`.
 *
 * @param code the system's code of `error`, also where it is wrapped
 */
export function connectionFailure(error: unknown, code: string | undefined): string {
  // What undici says of a proxy that gives no tunnel has no code of its own.
  const [, status] = /Proxy response \((\d+)\)/.exec(String((error as Error | undefined)?.message)) ?? [];
  if (status !== undefined) return `it answers ${status}`;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'it closed the connection';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no way to it from here';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return 'it does not speak TLS';
    default:
      if (!(error instanceof Error)) return code ?? String(error);
      return isTimeout(error) ? 'it did not answer in time' : (code ?? error.message);
  }
}

/** Node's client fails with an abort, whose cause is the timeout of the signal. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || isTimeout(error.cause));
}
