import WebSocket from 'ws';
import { MOST_FRAME, SUBPROTOCOL } from '../protocol.js';

/** How a tunnel is reached. */
export interface TunnelAddress {
  /** `ws(s)://…/v1/listeners/{id}/tunnel` */
  readonly tunnelUrl: string;
  /** One that holds. */
  readonly accessToken: string;
  /** The proxy to go through; none when absent. */
  readonly proxy?: URL | undefined;
}

/** How long the way through a proxy, and then the opening handshake, may take, in milliseconds. */
const HANDSHAKE_LIMIT = 10_000;

/**
 * Begins to open the WebSocket of a tunnel.
 *
 * @throws {CalReplyError} ServiceUnreachable when a proxy lets nothing through
 */
export async function dial({ tunnelUrl, accessToken, proxy }: TunnelAddress, signal: AbortSignal): Promise<WebSocket> {
  const socket = proxy && (await socketThrough(proxy, tunnelUrl, signal));
  return new WebSocket(tunnelUrl, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${accessToken}` },
    perMessageDeflate: false,
    maxPayload: MOST_FRAME,
    handshakeTimeout: HANDSHAKE_LIMIT,
    ...(socket && { createConnection: () => socket }),
  });
}

async function socketThrough(proxy: URL, tunnelUrl: string, signal: AbortSignal) {
  const { connectThrough } = await import('./connect-through.js');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE_LIMIT)]);
  return connectThrough(proxy, new URL(tunnelUrl), limit);
}
