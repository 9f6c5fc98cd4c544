import native = require('../native.js');

import { LifestageError } from './error.cjs';

/** So deep may a JSON text be nested that the engine reads; a value that holds itself is deeper. */
const DEEPEST = 127;

/** More are surely a mistake. */
const MOST_THREADS = 1024;

/** A value that JSON would drop, or silently turn into another one. */
interface Unsayable {
  path: string;
  found: string;
  expected: string;
}

/** An argument that has to be a text, and one that UTF-8 can say. */
export function textOf(argument: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(argument, value, 'text');
  if (!value.isWellFormed()) throw new LifestageError(native.illFormedText(argument));
  return value;
}

/** A request as JSON: what JSON cannot say is refused, with its path, not dropped. */
export function jsonOf(request: unknown): string {
  const refused = request === undefined ? unsayable(request, 'an object') : find(request, 0);
  if (refused) throw refusal(refused.path.replace(/^\./, ''), refused);
  return JSON.stringify(request);
}

/** How many threads, if it is said. */
export function threadsOf(threads: unknown): number | undefined {
  if (threads === undefined) return undefined;
  if (typeof threads === 'number' && Number.isInteger(threads) && threads > 0 && threads <= MOST_THREADS)
    return threads;
  throw wrongType('threads', threads, `a whole number from 1 to ${MOST_THREADS}`);
}

/** The error of an argument of a wrong type. */
export function wrongType(path: string, value: unknown, expected: string): LifestageError {
  return refusal(path, unsayable(value, expected));
}

function refusal(path: string, { found, expected }: Unsayable): LifestageError {
  return new LifestageError(native.wrongType(path, found, expected));
}

function unsayable(value: unknown, expected: string): Unsayable {
  return { path: '', found: shown(value), expected };
}

function shown(value: unknown): string {
  if (value === null) return 'null';
  if (ArrayBuffer.isView(value) && value.byteLength === 0) return `an empty ${value.constructor.name}`;
  if (typeof value === 'object') return `a value of type ${value.constructor?.name ?? 'object'}`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

function find(value: unknown, depth: number): Unsayable | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : unsayable(value, 'a finite number');
    case 'bigint':
      return unsayable(value, 'a number or a text');
    case 'function':
    case 'symbol':
      return unsayable(value, 'a value that JSON has');
    case 'object':
      return value === null || 'toJSON' in value ? undefined : findInside(value, depth);
    default:
      return undefined;
  }
}

function findInside(value: object, depth: number): Unsayable | undefined {
  if (depth > DEEPEST) return { path: '', found: 'more levels', expected: `at most ${DEEPEST} levels` };
  if (Array.isArray(value)) return findInArray(value, depth);
  if (value instanceof Map) return unsayable(value, 'an object');
  if (value instanceof Set || ArrayBuffer.isView(value)) return unsayable(value, 'an array');
  for (const key of Object.keys(value)) {
    const found = find((value as Record<string, unknown>)[key], depth + 1);
    if (found) return { ...found, path: `.${key}${found.path}` };
  }
  return undefined;
}

function findInArray(items: readonly unknown[], depth: number): Unsayable | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const found = find(items[index], depth + 1);
    if (found) return { ...found, path: `[${index}]${found.path}` };
  }
  return undefined;
}
