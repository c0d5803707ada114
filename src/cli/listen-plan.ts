import { CalReplyError } from '../errors.js';
import type { EventType } from '../model/event-types.js';
import { addedHeaders } from './added-headers.js';
import { readCertificates } from './certificate-file.js';
import { eventTypesOf } from './flags.js';
import { PROJECT_FILE, readProjectFile, type ProjectFile } from './project-file.js';
import { parseRoute, wantedTypes, type RoutePlan } from './routes.js';

/** What flags and project file say together: flags beat the file. */
export interface ListenPlan {
  readonly name: string | undefined;
  /** Empty for every type. */
  readonly eventTypes: EventType[];
  readonly routes: readonly (RoutePlan & { readonly timeout: number })[];
  /** Of the project file. */
  readonly concurrency: number | undefined;
  /** What is to be said once before anything else: sentences. */
  readonly notices: readonly string[];
}

interface PlanFlags {
  readonly 'forward-to'?: readonly string[] | undefined;
  readonly 'mirror-to'?: readonly string[] | undefined;
  readonly config?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly header?: readonly string[] | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly ca?: string | undefined;
  readonly insecure: boolean;
  /** A recording has what it has: no type is asked for. */
  readonly replay?: string | undefined;
}

/** How long a local app may take when nothing is said, in milliseconds. */
const USUAL_TIMEOUT = 30_000;

/**
 * Where a listener forwards to, and what it takes. Routes that flags name stand in place of those of the project file;
 * headers, timeout and certificates that flags name are for all routes.
 *
 * @throws {CalReplyError} WrongUse, InvalidUrl, UnknownEventType
 */
export function listenPlan(flags: PlanFlags): ListenPlan {
  const project = readProjectFile(flags.config);
  const given = (flags['forward-to'] ?? []).map((text) => parseRoute(text, { mirror: false }));
  const mirrors = (flags['mirror-to'] ?? []).map((text) => parseRoute(text, { mirror: true }));
  const planned = [...(given.length > 0 ? given : (project?.routes ?? [])), ...mirrors];
  if (planned.every(({ mirror }) => mirror)) throw nowhere(project, mirrors.length > 0);

  const headers = addedHeaders(flags.header ?? []);
  const ca = flags.ca === undefined ? undefined : readCertificates(flags.ca);
  const timeout = flags.timeout === undefined ? undefined : flags.timeout * 1000;
  const routes = planned.map((route) => ({
    ...route,
    headers: [...route.headers, ...headers],
    timeout: timeout ?? route.timeout ?? USUAL_TIMEOUT,
    ca: ca ?? route.ca,
    insecure: flags.insecure || route.insecure,
  }));
  return {
    name: flags.name ?? project?.name,
    eventTypes:
      flags.replay === undefined ? wantedTypes(routes, eventTypesOf(flags.events) ?? project?.eventTypes) : [],
    routes,
    concurrency: project?.concurrency,
    notices: [
      ...projectNotices(project, given.length > 0),
      ...insecureNotices(routes, flags.insecure ? '--insecure' : project?.source),
    ],
  };
}

function nowhere(project: ProjectFile | undefined, hasMirror: boolean): CalReplyError {
  const file = project ? `${project.source} has no routes` : `there is no ${PROJECT_FILE} with routes here`;
  const mirror = hasMirror ? ' A mirror gets copies only.' : '';
  return new CalReplyError(
    'WrongUse',
    `There is nowhere to forward to: no --forward-to is given, and ${file}.${mirror}`,
    {
      hint: `Name the local app, such as --forward-to localhost:3000, or put routes into ${project?.source ?? PROJECT_FILE}.`,
    },
  );
}

function projectNotices(project: ProjectFile | undefined, isReplaced: boolean): string[] {
  if (project === undefined) return [];
  return isReplaced && project.routes.length > 0
    ? [`Settings from ${project.source}, but for its routes: --forward-to beats them.`]
    : [`${project.routes.length > 0 ? 'Routes' : 'Settings'} from ${project.source}.`];
}

/** @param source what said so */
function insecureNotices(routes: readonly RoutePlan[], source = PROJECT_FILE): string[] {
  const open = routes.filter(({ insecure, target }) => insecure && target.protocol === 'https:');
  const hosts = [...new Set(open.map(({ target }) => target.host))];
  return hosts.length > 0 ? [`Any certificate is taken from ${hosts.join(', ')}, as ${source} says.`] : [];
}
