import { fileURLToPath } from 'node:url';

import native = require('../native.js');

import { abortable } from './abort.cjs';
import { isArrow, owned, refuseOthers } from './arrow.cjs';
import { answerOf } from './error.cjs';
import type { FactName } from './facts.cjs';
import { Handle } from './handle.cjs';
import { type ClassifyRecordOptions, Methods } from './methods.cjs';
import type { Batches, Handles, Operations } from './operations.cjs';
import { type BatchOptions, type CallOptions, paramsOf } from './options.cjs';
import { Prepared } from './prepared.cjs';
import { jsonOf, textOf, threadsOf, wrongType } from './request.cjs';

/** How an engine works. */
export interface EngineOptions {
  /** How many threads a batch runs on; as many as the process may use at a time, unless given. Results do not depend on it. */
  threads?: number | undefined;
}

/** Options of `prepare`. */
export type PrepareOptions = Omit<ClassifyRecordOptions, 'evidence'>;

/**
 * A policy made ready to decide. Immutable; each worker thread opens its own.
 *
 * Every operation is a method, and a record in and a record out by name: `listOperations()` lists them with their JSON
 * Schemas. The keys of records are the same in every language (`snake_case`), amounts are decimal strings. A request
 * holds what JSON can say: `NaN`, `Infinity`, a `bigint`, a `Map` or a function in it is refused. What is `undefined` is
 * absent. Operations on tables take rows or Arrow IPC, off the event loop.
 */
export class Engine extends Methods {
  /** The policy's name. */
  readonly policyName: string;
  /** SHA-256 of the effective policy, in hexadecimal: every result of this engine comes from that policy. */
  readonly policyDigest: string;
  /** How many threads a batch runs on. */
  readonly threads: number;
  readonly #native: native.NativeEngine;

  /**
   * Opens an engine.
   *
   * @param policy A shipped policy's name, or a policy document (TOML or JSON), which may extend shipped policies.
   * @throws {LifestageError} Every fault of the policy, in one pass.
   */
  constructor(policy?: string, options?: EngineOptions);
  /** @internal */
  constructor(policy: native.NativeEngine);
  constructor(policy: string | native.NativeEngine = 'china-telecom', { threads }: EngineOptions = {}) {
    super();
    const isOpened = policy instanceof native.NativeEngine;
    const opened = isOpened ? policy : native.openEngine(textOf('policy', policy), threadsOf(threads));
    this.#native = answerOf<native.NativeEngine>(opened);
    this.threads = answerOf<number>(this.#native.threads());
    this.policyName = answerOf<string>(this.#native.policyName());
    this.policyDigest = answerOf<string>(this.#native.policyDigest());
  }

  /**
   * Opens an engine for a policy document in a file (TOML or JSON, UTF-8). What it extends is a shipped policy or a file
   * in the same directory, by its file name.
   *
   * @throws {LifestageError} A file that cannot be read or is not UTF-8; every fault of the policy, in one pass.
   */
  static open(path: string | URL, { threads }: EngineOptions = {}): Engine {
    const file = path instanceof URL ? fileURLToPath(path) : textOf('path', path);
    return new Engine(answerOf<native.NativeEngine>(native.loadEngine(file, threadsOf(threads))));
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
    return this.#answerAsync(operation, request, signal);
  }

  /**
   * Calls an operation with tables of Arrow IPC, in the stream or the file format (uncompressed or LZ4), and gives tables
   * in the stream format: on a thread of Node's pool and those of the engine, off the event loop. The tables are copied
   * first, unless they are transferred, so yours stay yours. An answer is as long as its tables: for data larger than
   * memory, call in parts; decisions about a row read that row alone.
   *
   * Rejects with a `LifestageError` (no such operation; every fault of tables and parameters) or an `AbortError`. A call
   * that is under way when the engine is closed still answers.
   */
  async callBatch<Name extends keyof Batches>(
    operation: Name,
    tables: Batches[Name]['tables'],
    params: Batches[Name]['params'],
    { signal, transfer = false }: BatchOptions = {},
  ): Promise<Batches[Name]['answer']> {
    return this.#answerBatch(operation, tables, params, signal, transfer);
  }

  /**
   * Prepares to decide rows of the same fields, one at a time, without JSON.
   *
   * @param fields Names as a record has them; months may be fields of their own (`fee_1` … `fee_12`).
   * @throws {LifestageError} Fields that give the same fact, or no day.
   */
  prepare(fields: readonly FactName[], options: PrepareOptions): Prepared {
    const { asOf, moneyUnit } = options ?? {};
    if (!Array.isArray(fields)) throw wrongType('fields', fields, 'an array of texts');
    const names = fields.map((field, place) => textOf(`fields[${place}]`, field));
    const unit = moneyUnit === undefined || moneyUnit === null ? undefined : textOf('money_unit', moneyUnit);
    const prepared = this.#native.prepare(names, textOf('as_of', asOf), unit);
    return new Prepared(answerOf<native.NativePrepared>(prepared), names);
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

  /** @internal */
  protected answer<Answer>(operation: string, request: object): Answer {
    return JSON.parse(this.callJson(operation, jsonOf(request)));
  }

  /** @internal */
  protected async answerTables(operation: string, tables: object, options?: BatchOptions): Promise<object> {
    const { signal, transfer = false, ...others } = options ?? {};
    const params = paramsOf(others);
    refuseOthers(tables);
    if (isArrow(tables)) return this.#answerBatch(operation, tables, params, signal, transfer);
    const answer = await this.#answerAsync<{ tables: object }>(operation, { tables, params }, signal);
    const { tables: answered, ...rest } = answer;
    return { ...answered, ...rest };
  }

  async #answerAsync<Answer>(operation: string, request: object, signal?: AbortSignal): Promise<Answer> {
    const [name, json] = [textOf('operation', operation), jsonOf(request)];
    const outcome = await abortable(signal, (cancellation) => this.#native.callAsync(name, json, cancellation));
    return JSON.parse(answerOf<string>(outcome));
  }

  async #answerBatch<Answer extends object>(
    operation: string,
    tables: object,
    params: object,
    signal: AbortSignal | undefined,
    transfer: boolean,
  ): Promise<Answer> {
    const [name, json] = [textOf('operation', operation), jsonOf(params)];
    const begin = (cancellation: native.Cancellation) =>
      this.#native.callBatch(name, owned(tables, transfer), json, cancellation);
    return answerOf<Answer>((await abortable(signal, begin)) as Answer | native.Failure);
  }
}
