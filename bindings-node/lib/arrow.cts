import { isUint8Array } from 'node:util/types';

import { wrongType } from './request.cjs';

const EXPECTED = 'Arrow IPC in a Uint8Array, as `tableToIPC(table)` of apache-arrow makes it';

/**
 * Whether tables are given in Arrow rather than as rows: one that is decides how all are read.
 *
 * @internal
 */
export function isArrow(tables: object | undefined): boolean {
  return Object.values(tables ?? {}).some(isUint8Array);
}

/**
 * Refuses what is neither rows nor Arrow IPC, though it may hold a table: an apache-arrow `Table`, an `ArrayBuffer`.
 *
 * @throws {LifestageError} Naming the table, and what makes Arrow IPC of it.
 *
 * @internal
 */
export function refuseOthers(tables: object | undefined): void {
  for (const [name, table] of Object.entries(tables ?? {})) {
    const isTable = table === undefined || table === null || Array.isArray(table) || isUint8Array(table);
    if (!isTable) throw wrongType(`tables.${name}`, table, `an array of rows, or ${EXPECTED}`);
  }
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
      if (!isUint8Array(table)) throw wrongType(name, table, EXPECTED);
      if (table.length === 0) throw wrongType(name, table, `${EXPECTED}; an array that was transferred is empty`);
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
