// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

import type { Batches, Operations } from './operations.cjs';
import { type ArrowOptions, type CallOptions, type Flat, type Options, paramsOf, type RowOptions, type Rows, type RowTables } from './options.cjs';

/**
 * Every operation as a method: what it is about first, the rest as options. Options are in camelCase, the keys of records
 * in snake_case, as in every language; faults name an option as the registry does (`as_of`).
 */
export abstract class Methods {
  /** @internal */
  protected abstract answer<Answer>(operation: string, request: object): Answer;
  /** @internal */
  protected abstract answerTables(operation: string, tables: object, options: object): Promise<any>;

  /**
   * Says which engine and which policy answer.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  version(): Operations['version']['response'] {
    return this.answer('version', {});
  }

  /**
   * Lists every operation with the JSON Schemas of its request and response.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listOperations(): Operations['list_operations']['response'] {
    return this.answer('list_operations', {});
  }

  /**
   * Lists every kind of handle with the JSON Schemas of its parameters, updates and queries.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listHandles(): Operations['list_handles']['response'] {
    return this.answer('list_handles', {});
  }

  /**
   * Lists every code of faults and reasons with its texts in English and Chinese.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listCodes(): Operations['list_codes']['response'] {
    return this.answer('list_codes', {});
  }

  /**
   * Checks a policy document and reports all its faults at once.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  checkPolicy(options: Options<Operations['check_policy']['request']>): Operations['check_policy']['response'] {
    return this.answer('check_policy', paramsOf(options));
  }

  /**
   * Shows every value of a policy with its unit, its source and the file that sets it.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  showPolicy(options: Options<Operations['show_policy']['request']> = {}): Operations['show_policy']['response'] {
    return this.answer('show_policy', paramsOf(options));
  }

  /**
   * Turns dated, keyed fact tables into the customer view as of a date.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  buildView(tables: Batches['build_view']['tables'], options: ArrowOptions<Batches['build_view']['params']>): Promise<Batches['build_view']['answer']>;
  buildView(tables: RowTables<Operations['build_view']['request']['tables']>, options: RowOptions<Operations['build_view']['request']['params']>): Promise<Flat<Operations['build_view']['response']>>;
  buildView(tables: object, options: object): Promise<any> {
    return this.answerTables('build_view', tables, options);
  }

  /**
   * Decides value tier, warnings and lifecycle stage of each row of the customer view.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  classify(view: Uint8Array, options: ArrowOptions<Batches['classify']['params']>): Promise<Uint8Array>;
  classify(view: Rows, options: RowOptions<Operations['classify']['request']['params']>): Promise<Operations['classify']['response']['tables']['decisions']>;
  classify(view: Rows | Uint8Array, options: object): Promise<any> {
    return this.answerTables('classify', { view }, options).then(({ decisions }) => decisions);
  }

  /**
   * Decides value tier, warnings and lifecycle stage of one user or prospect.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  classifyRecord(record: object, options: Options<Omit<Operations['classify_record']['request'], 'record'>>): Operations['classify_record']['response'] {
    return this.answer('classify_record', { record, ...paramsOf(options) });
  }

  /**
   * Decides about one user or prospect and says why: the full trace, and a text for people.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  explain(record: object, options: Options<Omit<Operations['explain']['request'], 'record'>>): Operations['explain']['response'] {
    return this.answer('explain', { record, ...paramsOf(options) });
  }

  /**
   * Combines the decisions about users into one row a customer.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  combineCustomers(decisions: Rows, options: CallOptions = {}): Promise<Flat<Operations['combine_customers']['response']>> {
    return this.answerTables('combine_customers', { decisions }, options);
  }

  /**
   * Counts stages, transitions between runs, warnings and tiers, and says how often stages flap.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  summariseStages(tables: RowTables<Operations['summarise_stages']['request']['tables']>, options: RowOptions<Operations['summarise_stages']['request']['params']>): Promise<Flat<Operations['summarise_stages']['response']>> {
    return this.answerTables('summarise_stages', tables, options);
  }

  /**
   * Lists the users whom the rules of a list warn of, in the list's layout; personal columns are masked.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  listWarned(tables: RowTables<Operations['list_warned']['request']['tables']>, options: RowOptions<Operations['list_warned']['request']['params']>): Promise<Flat<Operations['list_warned']['response']>> {
    return this.answerTables('list_warned', tables, options);
  }

  /**
   * Describes a warning: what it warns of, what to do about it, and the lists that collect it.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  describeWarning(options: Options<Operations['describe_warning']['request']>): Operations['describe_warning']['response'] {
    return this.answer('describe_warning', paramsOf(options));
  }

  /**
   * Describes a lifecycle stage: key question, levers, touches, programmes and measures.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  describeStage(options: Options<Operations['describe_stage']['request']>): Operations['describe_stage']['response'] {
    return this.answer('describe_stage', paramsOf(options));
  }

  /**
   * Lists the stages' questions and levers, touches, programmes, the matrix, revenue levers and measures.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listProgrammes(): Operations['list_programmes']['response'] {
    return this.answer('list_programmes', {});
  }
}
