import type { ApiClient } from '../api/client.js';
import type { Context } from '../cli/context.js';
import { isOpen } from '../util/port.js';
import type { SendJson } from '../util/http-client.js';
import { proxyFor, proxyUrl, type ProxyVariables } from '../util/proxy.js';
import { lookAtCertificate } from './certificate.js';
import { CHECKS, failedBy, ok, skipped, warning, type Check, type CheckName, type Finding } from './check.js';
import { clockFinding } from './clock.js';
import { lookAtConfigFolder } from './config-folder.js';
import { lookAtLocalApp, lookAtOpenPorts } from './local-app.js';
import { proxyFinding } from './proxy.js';
import { lookAtService } from './service.js';
import { roundTrip } from './round-trip.js';
import { webhooksFinding } from './webhooks.js';

export interface ExamineOptions {
  /** Version of this program. */
  readonly version: string;
  readonly configFolder: string;
  /** Which service, as whom. Reads all settings; fails as it fails for every other command. */
  readonly context: () => Context;
  readonly proxies: ProxyVariables;
  /** Logs in as the context says. */
  readonly client: (context: Context) => Promise<ApiClient>;
  /** How requests travel to a service. */
  readonly sender: (apiUrl: string) => Promise<SendJson>;
  /** Starts the embedded service; undefined when it is not to be started. */
  readonly startService: ((context: Context) => Promise<void>) | undefined;
  /** Where events are to be forwarded to, if that was said. */
  readonly target: URL | undefined;
  /** Ports of common development servers that are open here. */
  readonly openPorts: () => Promise<readonly number[]>;
  /** Ends what is under way, and takes away what was made for it. */
  readonly signal: AbortSignal;
  readonly onCheck: (check: Check) => void;
}

export interface Examination {
  readonly checks: readonly Check[];
  /** The exit code of the first failure; 0 without one. */
  readonly exitCode: number;
}

interface Look {
  /** What must be in order for this to be looked at. */
  readonly needs: readonly CheckName[];
  readonly look: () => Finding | Promise<Finding>;
}

/** Looks at everything that has to be in order for events to arrive, one thing after another. */
export async function examine(options: ExamineOptions): Promise<Examination> {
  const looks = looksOf(options);
  const found = new Map<CheckName, Finding>();
  for (const name of CHECKS) {
    if (options.signal.aborted) break;
    const { needs, look } = looks[name];
    const finding = blockedBy(needs, found) ?? (await Promise.resolve().then(look).catch(failedBy));
    found.set(name, finding);
    options.onCheck(checkOf(name, finding));
  }

  const findings = [...found.values()];
  return {
    checks: [...found].map(([name, finding]) => checkOf(name, finding)),
    exitCode: findings.find(({ status }) => status === 'failed')?.exitCode ?? 0,
  };
}

function looksOf(options: ExamineOptions): Record<CheckName, Look> {
  const { proxies, sender, signal } = options;
  // What an earlier look found and a later one needs; `needs` keeps the order.
  let context: Context | undefined;
  let clockOffset: number | undefined;
  let api: ApiClient | undefined;
  const known = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('looked at before what it needs');
    return value;
  };

  return {
    program: { needs: [], look: () => programFinding(options.version, process.versions.node) },
    'config-folder': { needs: [], look: () => lookAtConfigFolder(options.configFolder) },
    profile: {
      needs: [],
      look() {
        context = options.context();
        return profileFinding(context);
      },
    },
    proxy: { needs: ['profile'], look: () => proxyFinding(new URL(known(context).apiUrl), proxies) },
    service: {
      needs: ['profile', 'proxy'],
      async look() {
        const { apiUrl, isLocal } = known(context);
        if (isLocal && !(await isOpen(new URL(apiUrl)))) {
          if (!options.startService) {
            return skipped(
              `No service runs at ${apiUrl}. Commands start one for as long as they take.`,
              'To test with one: calreply doctor --local',
            );
          }
          await options.startService(known(context));
          context = options.context();
        }

        const url = known(context).apiUrl;
        const proxy = proxyFor(new URL(url), proxies);
        const seen = await lookAtService(url, await sender(url), proxy && proxyUrl(proxy));
        clockOffset = seen.clockOffset;
        return seen.finding;
      },
    },
    certificate: {
      needs: ['service'],
      look() {
        const url = new URL(known(context).apiUrl);
        if (url.protocol !== 'https:') return skipped('http on this machine needs none');
        if (proxyFor(url, proxies)) return skipped('the proxy is between here and the service');
        return lookAtCertificate(url, Date.now());
      },
    },
    clock: { needs: ['service'], look: () => clockFinding(clockOffset) },
    credentials: {
      needs: ['service'],
      async look() {
        api = await options.client(known(context));
        const { expiresAt } = await api.logIn();
        const { name, code } = await api.account();
        const minutes = Math.round((expiresAt - Date.now()) / 60_000);
        return ok(`accepted: account ${name} (${code}); a token holds for ${minutes} min`);
      },
    },
    webhooks: {
      needs: ['credentials'],
      async look() {
        const [{ webhooks }, { notifications }] = await Promise.all([
          known(api).webhooks(),
          known(api).notifications({ limit: NEWEST }),
        ]);
        return webhooksFinding(webhooks, notifications);
      },
    },
    'local-app': {
      needs: [],
      look: () =>
        options.target ? lookAtLocalApp(options.target, options.openPorts) : lookAtOpenPorts(options.openPorts),
    },
    tunnel: { needs: ['credentials'], look: () => roundTrip({ api: known(api), signal }) },
  };
}

/** So many notifications are looked at; a webhook without one among them is not judged. */
const NEWEST = 200;

function blockedBy(needs: readonly CheckName[], found: ReadonlyMap<CheckName, Finding>): Finding | undefined {
  for (const name of needs) {
    const status = found.get(name)?.status;
    if (status === 'failed') return skipped(`not looked at, since “${name}” is not in order`);
    if (status === 'skipped') return skipped(`not looked at, like “${name}”`);
  }
  return undefined;
}

function checkOf(name: CheckName, { status, seen, advice }: Finding): Check {
  return { name, status, seen, advice };
}

/** The oldest that works; see `engines` in package.json. */
const OLDEST_NODE = [20, 19] as const;

export function programFinding(version: string, node: string): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const seen = `calreply ${version} on Node ${node}, ${process.platform} ${process.arch}`;
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return isOld ? warning(seen, `Install Node ${OLDEST_NODE.join('.')} or newer.`) : ok(seen);
}

export function profileFinding(context: Context): Finding {
  const { apiUrl, profile, profileFrom, clientId, clientSecret, isLocal, notice } = context;
  if (clientId === undefined || clientSecret === undefined) {
    if (isLocal) return ok(`none: the embedded service at ${apiUrl}`);
    return warning(`none, and no credentials for ${apiUrl}`, `Log in with: calreply login --api-url ${apiUrl}`);
  }

  const who = `${apiUrl} as ${clientId}`;
  const from = profileFrom === null ? '' : PROFILE_FROM[profileFrom];
  const seen =
    profile === null
      ? `none is used: ${who}, by CALREPLY_CLIENT_ID and CALREPLY_CLIENT_SECRET`
      : `${profile}${from}: ${who}`;
  return ok(notice === null ? seen : `${seen}. ${notice}`);
}

const PROFILE_FROM = {
  flag: ', named by a flag',
  environment: ', named by CALREPLY_PROFILE',
  current: ', the current one',
  default: ', the default',
};
