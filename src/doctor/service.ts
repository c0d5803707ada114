import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { systemErrorCode } from '../errors.js';
import { certificateFailure } from '../util/certificate-failure.js';
import type { SendJson } from '../util/http-client.js';
import { hostOf } from '../util/port.js';
import { failed, ok, type Finding } from './check.js';

/** The exit code of every command that does not reach the service. */
const UNREACHABLE = 5;

/**
 * Asks the service for its health.
 *
 * @param proxy what `send` goes through, if anything
 * @returns also how far the service's clock is ahead of this machine's, in milliseconds, where its answer tells
 */
export async function lookAtService(
  apiUrl: string,
  send: SendJson,
  proxy?: URL,
): Promise<{ readonly finding: Finding; readonly clockOffset?: number | undefined }> {
  const url = new URL(`${apiUrl}/health`);
  const startedAt = performance.now();
  const sentAt = Date.now();
  try {
    const { status, body, headers } = await send({ method: 'GET', url, headers: { accept: 'application/json' } });
    const duration = Math.round(performance.now() - startedAt);
    const version = versionOf(body);
    if (status !== 200 || version === undefined) {
      const seen = `what answers at ${apiUrl} (status ${status}) is not a calreply service, or not a working one`;
      return { finding: failed(seen, 'Check the address, and what is in front of the service.', UNREACHABLE) };
    }

    return {
      finding: ok(
        `calreply ${version} answers at ${apiUrl}${proxy === undefined ? await addressText(url) : ''} in ${duration} ms`,
      ),
      clockOffset: offsetOf(headers.date, sentAt, Date.now()),
    };
  } catch (error) {
    const code = systemErrorCode(error) ?? (error as Error).name;
    const [seen, advice] = proxy === undefined ? explained(code, url) : explainedThrough(proxy, code, url);
    return { finding: failed(seen, advice, UNREACHABLE) };
  }
}

function versionOf(body: unknown): string | undefined {
  const { service, version } = (body ?? {}) as { service?: unknown; version?: unknown };
  return service === 'calreply' && typeof version === 'string' ? version : undefined;
}

/** The Date header has whole seconds, so on average it is half of one behind. */
function offsetOf(date: string | string[] | undefined, sentAt: number, receivedAt: number): number | undefined {
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(theirs) ? undefined : theirs + 500 - (sentAt + receivedAt) / 2;
}

async function addressText(url: URL): Promise<string> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return '';
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return addresses.length === 0 ? '' : ` (${addresses.map(({ address }) => address).join(', ')})`;
}

/** Of a proxy that fails, nobody can tell from here on which side of it. */
function explainedThrough(proxy: URL, code: string, url: URL): [seen: string, advice: string] {
  const certificate = certificateFailure(code, hostOf(url));
  if (certificate) return [certificate.seen, certificate.advice];
  return [
    `${url.host} cannot be reached through the proxy ${proxy.origin}: ${code}`,
    `Check the proxy, or go past it: NO_PROXY=${url.hostname}`,
  ];
}

function explained(code: string, url: URL): [seen: string, advice: string] {
  const host = hostOf(url);
  switch (code) {
    case 'ENOTFOUND':
      return [`the name ${host} is not known`, 'Check the address; in a company network, perhaps a VPN is off.'];
    case 'EAI_AGAIN':
      return [`the name ${host} cannot be looked up now`, 'Check your connection and the name servers.'];
    case 'ECONNREFUSED':
      return [`nothing listens at ${url.host}`, 'Check the port, and whether the service runs.'];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [`there is no way to ${host} from here`, 'Check your connection; perhaps a VPN is off.'];
    case 'ETIMEDOUT':
    case 'TimeoutError':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return [`${url.host} does not answer`, 'A firewall may swallow what is sent there.'];
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return [`${url.host} closed the connection`, 'Check what is in front of the service, and https or http.'];
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return [`${url.host} does not speak TLS`, 'Check the port.'];
    default: {
      const { seen, advice } = certificateFailure(code, host) ?? {
        seen: `${url.host} cannot be reached: ${code}`,
        advice: 'Check your connection.',
      };
      return [seen, advice];
    }
  }
}
