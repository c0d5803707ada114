import { printable } from './terminal.js';
import { bold, dim } from './colors.js';

/** `15:04:05`, local. */
export function clockTime(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
}

/** `2026-11-23 15:04:05`, local: for people. Programs get ISO 8601. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  return `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())} ${clockTime(time)}`;
}

/** The time of day; with the date where it is not of today. */
export function recentTime(iso: string, now = new Date()): string {
  const time = new Date(iso);
  return time.toDateString() === now.toDateString() ? clockTime(time) : localTime(iso);
}

/** `in 5 s`, `in 3m`: how long until a time. */
export function untilText(iso: string, now: number): string {
  return `in ${timeLeftText(iso, now)}`;
}

/** `5 s`, `3m`: how long until a time, or for how long something holds. */
export function timeLeftText(iso: string, now: number): string {
  return durationText(Date.parse(iso) - now);
}

/** `3.4 ms`, `12 ms`, `7.1 s`, `2m`: how long an exchange took, for who wants it shorter. */
export function tookText(ms: number): string {
  if (ms < 10 && !Number.isInteger(ms)) return `${ms.toFixed(1)} ms`;
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms);
}

/** `3 s`, `14m`, `2h 5m`, `3d 4h`: how long something lasted, or will. What is shorter than a second is one. */
export function durationText(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 1);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(`${hours}h`, minutes % 60, 'm');
  return withRest(`${Math.floor(hours / 24)}d`, hours % 24, 'h');
}

/** `1 webhook`, `2 webhooks`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Personal data in a line for people: `d•••@example.com`. */
export function maskedEmail(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '•••' : `${address.slice(0, 1)}•••${address.slice(at)}`;
}

/** Names and values, values aligned, also those of several lines. Rows without a value are left out. */
export function renderFields(fields: readonly (readonly [name: string, value: string | null | undefined])[]): string {
  const shown = fields.filter((field): field is [string, string] => field[1] !== null && field[1] !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  const indent = ' '.repeat(width + 2);
  return shown
    .map(([name, value]) => `${dim(name.padEnd(width))}  ${value.replaceAll('\n', `\n${indent}`)}`)
    .join('\n');
}

/** A command to type, as it stands out in a sentence. */
export function command(text: string): string {
  return bold(printable(text));
}

function withRest(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${rest}${unit}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** Host and port, also where the port is the usual one; what is no URL as it is. */
export function hostAndPort(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, port, protocol } = new URL(url);
  return port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
}
