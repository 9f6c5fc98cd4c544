import type native = require('../native.js');

import { answerOf } from './error.cjs';
import type { Handles } from './operations.cjs';
import { jsonOf, textOf } from './request.cjs';

/**
 * State that an engine opened: told with `update`, asked with `query`, and serialised, to be restored or merged elsewhere.
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
  query(query: Handles[Name]['query']['request'] = {}): Handles[Name]['query']['response'] {
    return JSON.parse(this.queryJson(jsonOf(query)));
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
