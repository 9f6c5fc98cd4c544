import { fileURLToPath } from 'node:url';

import native = require('../native.js');

import { abortable } from './abort.cjs';
import { answerOf } from './error.cjs';
import { Handle } from './handle.cjs';
import type { Handles, Operations } from './operations.cjs';
import { jsonOf, textOf } from './request.cjs';

/** How an asynchronous call is made. */
export interface CallOptions {
  /** Aborted, it rejects the call with an `AbortError`; a call that no thread has begun yet is not run. */
  signal?: AbortSignal | undefined;
}

/**
 * A policy made ready to decide. Immutable; each worker thread opens its own.
 *
 * Every operation is a record in and a record out; `call('list_operations', {})` lists them with their JSON Schemas. The
 * keys of records are the same in every language (`snake_case`), amounts are decimal strings. A request holds what JSON
 * can say: `NaN`, `Infinity`, a `bigint`, a `Map` or a function in it is refused. What is `undefined` is absent.
 */
export class Engine {
  /** The policy's name. */
  readonly policyName: string;
  /** SHA-256 of the effective policy, in hexadecimal: every result of this engine comes from that policy. */
  readonly policyDigest: string;
  readonly #native: native.NativeEngine;

  /**
   * Opens an engine.
   *
   * @param policy A shipped policy's name, or a policy document (TOML or JSON), which may extend shipped policies.
   * @throws {LifestageError} Every fault of the policy, in one pass.
   */
  constructor(policy?: string);
  /** @internal */
  constructor(policy: native.NativeEngine);
  constructor(policy: string | native.NativeEngine = 'china-telecom') {
    const opened = policy instanceof native.NativeEngine ? policy : native.openEngine(textOf('policy', policy));
    this.#native = answerOf<native.NativeEngine>(opened);
    this.policyName = answerOf<string>(this.#native.policyName());
    this.policyDigest = answerOf<string>(this.#native.policyDigest());
  }

  /**
   * Opens an engine for a policy document in a file (TOML or JSON, UTF-8). What it extends is a shipped policy or a file
   * in the same directory, by its file name.
   *
   * @throws {LifestageError} A file that cannot be read or is not UTF-8; every fault of the policy, in one pass.
   */
  static open(path: string | URL): Engine {
    const file = path instanceof URL ? fileURLToPath(path) : textOf('path', path);
    return new Engine(answerOf<native.NativeEngine>(native.loadEngine(file)));
  }

  /**
   * Calls an operation.
   *
   * @throws {LifestageError} Every fault of the request, in one pass.
   */
  call<Name extends keyof Operations>(
    operation: Name,
    request: Operations[Name]['request'],
  ): Operations[Name]['response'] {
    return JSON.parse(this.callJson(operation, jsonOf(request)));
  }

  /**
   * Calls an operation by name: a JSON text in, a canonical JSON text out (no spaces, keys in the order of the schema).
   *
   * @throws {LifestageError} No such operation, or every fault of the request, in one pass.
   */
  callJson(operation: string, request: string): string {
    return answerOf<string>(this.#native.call(textOf('operation', operation), textOf('request', request)));
  }

  /**
   * Calls an operation on a thread of Node's pool, off the event loop. Rejects as `call` throws. A call that has begun
   * when the engine is closed still answers.
   */
  async callAsync<Name extends keyof Operations>(
    operation: Name,
    request: Operations[Name]['request'],
    { signal }: CallOptions = {},
  ): Promise<Operations[Name]['response']> {
    const name = textOf('operation', operation);
    const json = jsonOf(request);
    const outcome = await abortable(signal, (cancellation) => this.#native.callAsync(name, json, cancellation));
    return JSON.parse(answerOf<string>(outcome));
  }

  /**
   * Opens a handle, which has state; `call('list_handles', {})` lists all kinds. It goes on when the engine is closed.
   *
   * @throws {LifestageError} No such handle, or every fault of the parameters, in one pass.
   */
  openHandle<Name extends keyof Handles>(name: Name, params: Handles[Name]['params']): Handle<Name> {
    return this.openHandleJson(name, jsonOf(params)) as Handle<Name>;
  }

  /** As `openHandle`, with the parameters as a JSON text. */
  openHandleJson(name: string, params: string): Handle {
    const opened = this.#native.openHandle(textOf('handle', name), textOf('params', params));
    return new Handle(answerOf<native.NativeHandle>(opened));
  }

  /**
   * Opens a handle with a state that `Handle.serialise` gave; the state says what kind of handle it is.
   *
   * @throws {LifestageError} Not a state of this version of lifestage, or one that another policy made.
   */
  restoreHandle<Name extends keyof Handles = keyof Handles>(state: string): Handle<Name> {
    return new Handle<Name>(answerOf<native.NativeHandle>(this.#native.restoreHandle(textOf('state', state))));
  }

  /** Lets go of the policy. Later calls throw a `LifestageError` of code `CLOSED`; closing again does nothing. */
  close(): void {
    this.#native.close();
  }

  /** Closes the engine at the end of a `using` declaration's scope. */
  [Symbol.dispose](): void {
    this.close();
  }
}
