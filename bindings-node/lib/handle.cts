import type native = require('../native.js');

import { AbortError, abortable, stoppable } from './abort.cjs';
import { owned } from './arrow.cjs';
import { answerOf, LifestageError } from './error.cjs';
import type { Handles } from './operations.cjs';
import type { BatchOptions } from './options.cjs';
import { jsonOf, textOf } from './request.cjs';

/** The tables by which a handle says what became of those that it was told. */
type Told<Name extends keyof Handles> = Handles[Name]['update']['batch']['answer'];
/** The tables that a handle answers with. */
type Asked<Name extends keyof Handles> = Handles[Name]['query']['batch']['answer'];

/**
 * State that an engine opened: told with `update`, asked with `query`, and serialised, to be restored or merged elsewhere.
 * `updateBatch` and `queryBatch` do so in Arrow, off the event loop.
 *
 * Calls on a handle follow one another. So a method that answers at once (`update`, `query`, `serialise`, `close`) holds up
 * the event loop until the batches that are under way have ended: await them first. Batches that you do not await run in
 * any order.
 *
 * Records are those of operations: keys in `snake_case`, and what JSON cannot say is refused. `update({ states })` merges
 * what other handles of the same kind and policy serialised.
 */
export class Handle<Name extends keyof Handles = keyof Handles> {
  /** What kind of handle it is. */
  readonly name: Name;
  readonly #native: native.NativeHandle;

  /** @internal */
  constructor(opened: native.NativeHandle) {
    this.#native = opened;
    this.name = opened.name() as Name;
  }

  /**
   * Tells it something, and gives what became of it: the rows that do not count are among it.
   *
   * @throws {LifestageError} Every fault of the update, in one pass, and the state is as before; or it is closed.
   */
  update(update: Handles[Name]['update']['request']): Handles[Name]['update']['response'] {
    return JSON.parse(this.updateJson(jsonOf(update)));
  }

  /**
   * Asks what it knows.
   *
   * @throws {LifestageError} Every fault of the query, in one pass; or it is closed.
   */
  query(
    query: Handles[Name]['query']['request'] = {} as Handles[Name]['query']['request'],
  ): Handles[Name]['query']['response'] {
    return JSON.parse(this.queryJson(jsonOf(query)));
  }

  /**
   * Tells it tables of Arrow IPC, in the stream or the file format (uncompressed or LZ4), and gives what became of them as
   * tables in the stream format: on a thread of Node's pool and those of the engine that opened the handle. The tables are
   * copied first, unless they are transferred, so yours stay yours.
   *
   * Rejects with a `LifestageError` (every fault of tables and parameters; or it is closed) or an `AbortError`; the state is
   * then as before. An abort that comes too late changes nothing: an update that was made answers.
   */
  async updateBatch(
    tables: Handles[Name]['update']['batch']['tables'],
    params: Handles[Name]['update']['batch']['params'] = {} as Handles[Name]['update']['batch']['params'],
    { signal, transfer = false }: BatchOptions = {},
  ): Promise<Told<Name>> {
    const json = jsonOf(params);
    const begin = (cancellation: native.Cancellation) =>
      this.#native.updateBatch(owned(tables, transfer), json, cancellation);
    try {
      return answerOf<Told<Name>>((await stoppable(signal, begin)) as Told<Name> | native.Failure);
    } catch (error) {
      const isAborted = signal?.aborted && error instanceof LifestageError && error.faults[0]?.code === 'CANCELLED';
      throw isAborted ? new AbortError(signal.reason) : error;
    }
  }

  /**
   * Asks what it knows, in tables of Arrow IPC: on a thread of Node's pool and those of the engine that opened the handle.
   *
   * Rejects with a `LifestageError` (every fault of tables and parameters; or it is closed) or an `AbortError`.
   */
  async queryBatch(
    tables: Handles[Name]['query']['batch']['tables'] = {},
    params: Handles[Name]['query']['batch']['params'] = {} as Handles[Name]['query']['batch']['params'],
    { signal, transfer = false }: BatchOptions = {},
  ): Promise<Asked<Name>> {
    const json = jsonOf(params);
    const begin = (cancellation: native.Cancellation) =>
      this.#native.queryBatch(owned(tables, transfer), json, cancellation);
    return answerOf<Asked<Name>>((await abortable(signal, begin)) as Asked<Name> | native.Failure);
  }

  /** As `update`: a JSON text in, a canonical JSON text out. */
  updateJson(update: string): string {
    return answerOf<string>(this.#native.update(textOf('update', update)));
  }

  /** As `query`: a JSON text in, a canonical JSON text out. */
  queryJson(query: string): string {
    return answerOf<string>(this.#native.query(textOf('query', query)));
  }

  /**
   * The state as a text, for `Engine.restoreHandle` or another handle's `update`; equal states are equal texts. It holds
   * what the handle was told, ids of customers among it.
   *
   * @throws {LifestageError} It is closed.
   */
  serialise(): string {
    return answerOf<string>(this.#native.serialise());
  }

  /** Lets go of the state. Later calls throw a `LifestageError` of code `CLOSED`; closing again does nothing. */
  close(): void {
    this.#native.close();
  }

  /** Closes the handle at the end of a `using` declaration's scope. */
  [Symbol.dispose](): void {
    this.close();
  }
}
