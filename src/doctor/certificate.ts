import { connect } from 'node:tls';
import { isIP } from 'node:net';
import { hostOf } from '../util/port.js';
import { ok, skipped, warning, type Finding } from './check.js';

/** Certificates are renewed some weeks before they end; one with less has been forgotten. In days. */
const FEW_DAYS = 14;
const DAY = 24 * 60 * 60 * 1000;

/** For how long the certificate of a service holds that was reached already. */
export async function lookAtCertificate(url: URL, now: number): Promise<Finding> {
  const host = hostOf(url);
  const certificate = await new Promise<{ valid_to: string; issuer: string } | undefined>((resolve) => {
    const servername = isIP(host) === 0 ? host : undefined;
    const socket = connect({ host, port: Number(url.port || 443), servername, timeout: 5_000 });
    const end = (found?: { valid_to: string; issuer: string }) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('secureConnect', () => {
      const { valid_to, issuer } = socket.getPeerCertificate();
      end({ valid_to, issuer: String(issuer?.O ?? issuer?.CN ?? 'nobody') });
    });
    socket.once('error', () => end());
    socket.once('timeout', () => end());
  });
  if (certificate === undefined) return skipped('it could not be read a second time');
  return certificateFinding(Date.parse(certificate.valid_to), certificate.issuer, now);
}

export function certificateFinding(validTo: number, issuer: string, now: number): Finding {
  const days = Math.floor((validTo - now) / DAY);
  const seen = `holds for ${days === 1 ? '1 day' : `${days} days`} (until ${new Date(validTo).toISOString().slice(0, 10)}), issued by ${issuer}`;
  if (days >= FEW_DAYS) return ok(seen);
  return warning(seen, 'Renew it at the service: when it ends, no command reaches it any more.');
}
