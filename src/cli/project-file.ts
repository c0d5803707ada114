import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CalReplyError } from '../errors.js';
import { EVENT_TYPES, HISTORY_TYPES, parseEventType, parseHistoryType, type EventType } from '../model/event-types.js';
import { LISTENER_NAME, MOST_WINDOW } from '../model/listener.js';
import type { HeaderList } from '../model/request.js';
import { addedHeaders } from './added-headers.js';
import { readCertificates } from './certificate-file.js';
import { checked, refuseUnknownKeys, typesAt } from './file-problems.js';
import { parseTarget } from './input.js';
import { LONGEST_TIMEOUT, type RoutePlan } from './routes.js';
import { unreadable } from './unreadable.js';
import { isRecord } from '../util/is-record.js';

/** What a project says of its listener: what `calreply listen` is to do when no flag says otherwise. */
export interface ProjectFile {
  /** As it was named, for messages. */
  readonly source: string;
  readonly name: string | undefined;
  readonly eventTypes: readonly EventType[] | undefined;
  readonly concurrency: number | undefined;
  readonly routes: readonly RoutePlan[];
}

/** The file of this name in the working directory is used without being named. */
export const PROJECT_FILE = 'calreply.json';

/**
 * The project file that was named, or else that of the working directory; undefined when there is none.
 *
 * @throws {CalReplyError} WrongUse
 */
export function readProjectFile(named: string | undefined): ProjectFile | undefined {
  if (named === undefined && !existsSync(PROJECT_FILE)) return undefined;
  const source = named ?? PROJECT_FILE;
  try {
    return parseProjectFile(readFileSync(source, 'utf8'), source);
  } catch (error) {
    throw error instanceof CalReplyError ? error : unreadable(source, error);
  }
}

/**
 * A project file:
 *
 *     { "listen": { "name": "crm", "routes": [{ "events": ["subscribe"], "to": "localhost:3000/new" }] } }
 *
 * @param source its path; what it names is relative to its folder
 * @throws {CalReplyError} WrongUse, which names every place that is wrong, each on a line of its own
 */
export function parseProjectFile(text: string, source: string): ProjectFile {
  const problems: string[] = [];
  const project = projectOf(parseJson(text, source), { problems, folder: dirname(source) });
  if (problems.length === 0) return { source, ...project };
  const told = problems.length === 1 ? ` ${problems.join('')}` : problems.map((problem) => `\n  ${problem}`).join('');
  throw new CalReplyError('WrongUse', `${source} is not right:${told}`, {
    hint: 'What it may say is in docs/listen.md, under “The project file”.',
  });
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = (error as Error).message.replace(/\s+/g, ' ');
    throw new CalReplyError('WrongUse', `${source} is not JSON: ${what}.`, { cause: error });
  }
}

interface Reading {
  /** Sentences, each with its place. */
  readonly problems: string[];
  /** Where the file is. */
  readonly folder: string;
}

function projectOf(value: unknown, reading: Reading): Omit<ProjectFile, 'source'> {
  const { problems } = reading;
  const listen = isRecord(value) ? value.listen : undefined;
  if (isRecord(value)) refuseUnknownKeys(value, ['listen'], '', problems);
  if (!isRecord(listen)) problems.push('It has to look like {"listen": {"routes": [{"to": "localhost:3000"}]}}.');
  const given = isRecord(listen) ? listen : {};
  refuseUnknownKeys(given, ['name', 'events', 'concurrency', 'routes'], 'listen', problems);
  return {
    name: nameOf(given.name, problems),
    eventTypes:
      given.events === undefined
        ? undefined
        : typesAt(given.events, 'events', problems, { names: EVENT_TYPES, parse: parseEventType }),
    concurrency: wholeNumber(given.concurrency, 'concurrency', 1, MOST_WINDOW, problems),
    routes: routesOf(given.routes, reading),
  };
}

function nameOf(value: unknown, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && new RegExp(LISTENER_NAME).test(value)) return value;
  problems.push('name: this has to be a text of up to 64 letters, digits, dots, - and _.');
  return undefined;
}

function routesOf(value: unknown, reading: Reading): readonly RoutePlan[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => routeOf(item, `routes[${index}]`, reading) ?? []);
  }

  reading.problems.push('routes: this has to be a list, such as [{"to": "localhost:3000"}].');
  return [];
}

function routeOf(value: unknown, place: string, reading: Reading): RoutePlan | undefined {
  const { problems, folder } = reading;
  if (!isRecord(value)) {
    problems.push(`${place}: a route looks like {"to": "localhost:3000/hooks"}.`);
    return undefined;
  }

  refuseUnknownKeys(value, ['events', 'to', 'headers', 'timeout', 'ca', 'insecure', 'mirror'], place, problems);
  const ca = textAt(value.ca, `${place}.ca`, problems);
  const seconds = wholeNumber(value.timeout, `${place}.timeout`, 0, LONGEST_TIMEOUT, problems);
  const target = targetOf(value.to, `${place}.to`, problems);
  const route = {
    types: typesAt(value.events, `${place}.events`, problems, { names: HISTORY_TYPES, parse: parseHistoryType }),
    headers: headersOf(value.headers, `${place}.headers`, problems),
    timeout: seconds === undefined ? undefined : seconds * 1000,
    ca: ca === undefined ? undefined : checked(() => readCertificates(resolve(folder, ca)), `${place}.ca`, problems),
    insecure: switchAt(value.insecure, `${place}.insecure`, problems),
    mirror: switchAt(value.mirror, `${place}.mirror`, problems),
  };
  return target && { ...route, target };
}

function targetOf(value: unknown, place: string, problems: string[]): URL | undefined {
  const text = textAt(value, place, problems);
  if (text !== undefined) return checked(() => parseTarget(text), place, problems);
  if (value === undefined) problems.push(`${place}: this is missing.`);
  return undefined;
}

function headersOf(value: unknown, place: string, problems: string[]): HeaderList {
  if (value === undefined) return [];
  if (!isRecord(value)) {
    problems.push(`${place}: this has to be names with values, such as {"X-Team": "crm"}.`);
    return [];
  }

  return Object.entries(value).flatMap(([name, text]) => {
    const at = `${place}.${name}`;
    if (typeof text !== 'string') {
      problems.push(`${at}: this has to be a text.`);
      return [];
    }

    return checked(() => addedHeaders([`${name}: ${text}`]), at, problems) ?? [];
  });
}

function textAt(value: unknown, place: string, problems: string[]): string | undefined {
  if (value !== undefined && typeof value !== 'string') problems.push(`${place}: this has to be a text.`);
  return typeof value === 'string' ? value : undefined;
}

function switchAt(value: unknown, place: string, problems: string[]): boolean {
  if (value !== undefined && typeof value !== 'boolean') problems.push(`${place}: this has to be true or false.`);
  return value === true;
}

function wholeNumber(
  value: unknown,
  place: string,
  least: number,
  most: number,
  problems: string[],
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  problems.push(`${place}: this has to be a whole number from ${least} to ${most}.`);
  return undefined;
}
