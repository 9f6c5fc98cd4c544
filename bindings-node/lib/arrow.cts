import { isUint8Array } from 'node:util/types';

import { wrongType } from './request.cjs';

/**
 * Whether tables are given in Arrow rather than as rows: one that is decides how all are read.
 *
 * @internal
 */
export function isArrow(tables: object | undefined): boolean {
  return Object.values(tables ?? {}).some(isUint8Array);
}

/**
 * The tables that are given, in arrays that are a call's alone: it reads them on other threads, while the caller may do
 * what he likes with his own.
 *
 * @internal
 */
export function owned(tables: object | undefined, transfer: boolean): Record<string, Uint8Array> {
  const given = Object.entries(tables ?? {}).filter(([, table]) => table !== undefined && table !== null);
  return Object.fromEntries(
    given.map(([name, table]) => {
      if (!isUint8Array(table)) throw wrongType(name, table, 'a Uint8Array of Arrow IPC');
      return [name, transfer ? transferred(table) : new Uint8Array(table)];
    }),
  );
}

function transferred(bytes: Uint8Array): Uint8Array {
  try {
    return structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
  } catch {
    // Shared memory and Node's pool of small buffers cannot be handed over.
    return new Uint8Array(bytes);
  }
}
