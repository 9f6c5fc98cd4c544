import type { DecisionRecord } from './operations.cjs';

/** How a call off the event loop is made. */
export interface CallOptions {
  /**
   * Aborted, it rejects the call with an `AbortError`. A call that no thread has begun yet is not run; a batch that is
   * under way stops after the rows in hand, a record that is under way runs to its end unheard.
   */
  signal?: AbortSignal | undefined;
}

/** How a batch is called. */
export interface BatchOptions extends CallOptions {
  /**
   * Hands the tables over instead of copying them on the event loop: afterwards the arrays are empty, and so is every
   * other view of their buffers, as after `postMessage`. What cannot be handed over (shared memory, Node's pool of small
   * buffers) is copied all the same.
   */
  transfer?: boolean | undefined;
}

/** A column that `classify` can give in Arrow: a field of a decision, or codes as the bits of a mask. */
export type DecisionColumn = keyof DecisionRecord | 'warnings_mask' | 'insufficient_mask' | 'shadow_mask';

/** Names that are remembered at most: more are no options. */
const MOST_NAMES = 100;

/** Rows of a table; keys in `snake_case`, as the data contract has them. */
export type Rows = readonly object[];
/** Tables of rows, by name. */
export type RowTables<Tables> = { [Name in keyof Tables]: Rows | Exclude<Tables[Name], unknown[]> };
/** An answer with its tables beside the rest. */
export type Flat<Response extends { tables: object }> = Omit<Response, 'tables'> & Response['tables'];

/**
 * Options as the parameters of the registry.
 *
 * @internal
 */
export function paramsOf(options: object | undefined): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options ?? {})) params[snakeCase(name)] = value;
  return params;
}

/** Names in `snake_case`, by name: a record's call spends no time on what was found out before. */
const snakeCases = new Map<string, string>();

function snakeCase(name: string): string {
  const known = snakeCases.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (snakeCases.size < MOST_NAMES) snakeCases.set(name, made);
  return made;
}
