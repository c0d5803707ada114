import { existsSync, readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { hostOf, isOpen } from '../util/port.js';

/** Where something listens that does not listen at the target itself: a URL, or undefined. */
export async function openElsewhere(target: URL): Promise<string | undefined> {
  for (const host of OTHER_ADDRESSES[hostOf(target)] ?? []) {
    const other = new URL(target);
    other.hostname = host;
    if (await isOpen(other)) return other.href;
  }

  return undefined;
}

/** A program that listens on one of the two cannot be reached at the other. As `localhost` both are tried. */
const OTHER_ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  '127.0.0.1': ['[::1]'],
  '::1': ['127.0.0.1'],
};

/** Whether what listens at the host and port of a URL speaks TLS, whatever its certificate is. */
export function speaksTls(url: URL): Promise<boolean> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return new Promise((resolve) => {
    const socket = connectTls({ host: hostOf(url), port, rejectUnauthorized: false });
    const end = (speaks: boolean) => {
      socket.destroy();
      resolve(speaks);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('secureConnect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Whether this program runs in a container, where localhost is the container's own. */
export function isInContainer(root = ''): boolean {
  if (existsSync(`${root}/.dockerenv`) || existsSync(`${root}/run/.containerenv`)) return true;
  try {
    return /docker|kubepods|containerd|\/lxc\//.test(readFileSync(`${root}/proc/1/cgroup`, 'utf8'));
  } catch {
    return false;
  }
}
