// Generated from the registry of operations by scripts/methods.mjs; not edited by hand.

import type { Customer } from './facts.cjs';
import type { AssignAttributesResponse, AssignTaskResponse, Batches, BuildViewRequest, BuildViewResponse, CheckFeedsResponse, CheckPolicyRequest, CheckPolicyResponse, ClassifyRecordResponse, ClassifyResponse, Code, CombineCustomersResponse, DescribeStageRequest, DescribeWarningRequest, DivisionWindowResponse, ExplainResponse, HandleDescription, JudgeChannelConflictRequest, JudgeChannelConflictResponse, Language, ListProgrammesResponse, ListWarnedRequest, ListWarnedResponse, Money, MoneyUnit, OperationDescription, PersonalColumn, RouteLeadsResponse, ShowPolicyRequest, ShowPolicyResponse, StageDescription, SummariseStagesRequest, SummariseStagesResponse, VerifyLogParams, VerifyLogResponse, VersionResponse, WarningDescription,  } from './operations.cjs';
import { type BatchOptions, type CallOptions, type DecisionColumn, type Flat, paramsOf, type Rows, type RowTables } from './options.cjs';

/** Options of `buildView`. */
export type BuildViewOptions = {
  /** The end of this day is the moment of the view. */
  asOf: string;
  /** The first day from which `events` is complete; its earliest used row unless given. */
  eventsSince?: string | null | undefined;
  /** What integer amounts count; without it only columns `<name>_minor` hold integers. */
  moneyUnit?: MoneyUnit | null | undefined;
};

/** Options of `classify`. */
export type ClassifyOptions = {
  /** The end of this day. */
  asOf: string;
  /** Give each decision its evidence: why each rule fired, or what it cannot know. */
  evidence?: boolean | undefined;
  /** What integer amounts count; without it they are refused. */
  moneyUnit?: MoneyUnit | null | undefined;
  /** Refuse all rows if one breaks the contract, or if a column that is no fact is named nearly like one that is missing; otherwise such a row is returned with `error`, such a column is not read, and the others go on. */
  strict?: boolean | undefined;
};

/** Options of `classify`. */
export type ClassifyArrowOptions = {
  /** Give the view's own columns, all of them and as they are, before the result's; what the result only repeats of the view (`user_id`, `customer_id`, `status`, `months_since_exit`) is then left out. */
  append?: boolean | undefined;
  /** The end of this day. */
  asOf: string;
  /** The result's columns, in the contract's order; all but `evidence` unless given. What is not asked for is not computed. */
  columns?: Array<DecisionColumn> | null | undefined;
  /** What integer amounts count; without it they are refused. */
  moneyUnit?: MoneyUnit | null | undefined;
  /** Refuse all rows if one breaks the contract, or if a column that is no fact is named nearly like one that is missing; otherwise such a row is returned with `error`, such a column is not read, and the others go on. */
  strict?: boolean | undefined;
};

/** Options of `classifyRecord`. */
export type ClassifyRecordOptions = {
  /** The end of this day. */
  asOf: string;
  /** Give the decision its evidence: why each rule fired, or what it cannot know. */
  evidence?: boolean | undefined;
  /** What integer amounts count; without it they are refused. */
  moneyUnit?: MoneyUnit | null | undefined;
};

/** Options of `explain`. */
export type ExplainOptions = {
  /** The end of this day. */
  asOf: string;
  /** The language of `text`; English unless given. */
  language?: Language | undefined;
  /** What integer amounts count; without it they are refused. */
  moneyUnit?: MoneyUnit | null | undefined;
};

/** Options of `summariseStages`. */
export type SummariseStagesOptions = {
  /** The day as of which the rows were classified. */
  asOf: string;
};

/** Options of `listWarned`. */
export type ListWarnedOptions = {
  /** The list's name in the policy: `fee_drop`, `grievances`, or one of the operator's own. */
  list: string;
  /** What integer amounts count; without it they are refused. */
  moneyUnit?: MoneyUnit | null | undefined;
  /** The personal columns that are shown; the others are masked. */
  show?: Array<PersonalColumn> | undefined;
};

/** Options of `assignAttributes`. */
export type AssignAttributesOptions = {
  /** What integer amounts count; without it they are refused. */
  moneyUnit?: MoneyUnit | null | undefined;
};

/** Options of `routeLeads`. */
export type RouteLeadsOptions = {
  /** What integer amounts count; without it they are refused. */
  moneyUnit?: MoneyUnit | null | undefined;
};

/** Options of `divisionWindow`. */
export type DivisionWindowOptions = {
  /** The day. */
  asOf: string;
  /** The month in which the customers were created, `2024-05`; that of `as_of` unless given. */
  cohort?: string | null | undefined;
};

/** Options of `assignTask`. */
export type AssignTaskOptions = {
  /** The customer's statistics attribute, such as `public` or `business`; null where nobody knows it. */
  attribute?: string | null | undefined;
  /** The customer's fee of a month; null where nobody knows it. */
  monthlyFee?: Money | null | undefined;
  /** A kind of task of the policy's `organisation.tasks`. */
  task: string;
};

/** Options of `checkFeeds`. */
export type CheckFeedsOptions = {
  /** The day as of which is asked, its end. */
  asOf: string;
  /** By feed, as the policy names them: of a daily or weekly one the date on which it came last, of a monthly one the newest month that is loaded, or a date in it. A feed that is null or not there has never come. */
  feeds: Record<string, string | null>;
};

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
  version(): VersionResponse {
    return this.answer('version', {});
  }

  /**
   * Lists every operation with the JSON Schemas of its request and response.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listOperations(): Array<OperationDescription> {
    return this.answer('list_operations', {});
  }

  /**
   * Lists every kind of handle with the JSON Schemas of its parameters, updates and queries.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listHandles(): Array<HandleDescription> {
    return this.answer('list_handles', {});
  }

  /**
   * Lists every code of faults and reasons with its texts in English and Chinese.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listCodes(): Array<Code> {
    return this.answer('list_codes', {});
  }

  /**
   * Checks a policy document and reports all its faults at once.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  checkPolicy(options: CheckPolicyRequest): CheckPolicyResponse {
    return this.answer('check_policy', paramsOf(options));
  }

  /**
   * Shows every value of a policy with its unit, its source and the file that sets it.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  showPolicy(options: ShowPolicyRequest = {}): ShowPolicyResponse {
    return this.answer('show_policy', paramsOf(options));
  }

  /**
   * Turns dated, keyed fact tables into the customer view as of a date.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  buildView(tables: Batches['build_view']['tables'], options: BuildViewOptions & BatchOptions): Promise<Batches['build_view']['answer']>;
  buildView(tables: RowTables<BuildViewRequest['tables']>, options: BuildViewOptions & CallOptions): Promise<Flat<BuildViewResponse>>;
  buildView(tables: object, options: object): Promise<any> {
    return this.answerTables('build_view', tables, options);
  }

  /**
   * Decides value tier, warnings and lifecycle stage of each row of the customer view.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  classify(view: Uint8Array, options: ClassifyArrowOptions & BatchOptions): Promise<Batches['classify']['answer']>;
  classify<Row extends object>(view: ReadonlyArray<Customer<Row>>, options: ClassifyOptions & CallOptions): Promise<Flat<ClassifyResponse>>;
  classify(view: Rows | Uint8Array, options: object): Promise<any> {
    return this.answerTables('classify', { view }, options);
  }

  /**
   * Decides value tier, warnings and lifecycle stage of one user or prospect.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  classifyRecord<Row extends object>(record: Customer<Row>, options: ClassifyRecordOptions): ClassifyRecordResponse {
    return this.answer('classify_record', { record, ...paramsOf(options) });
  }

  /**
   * Decides about one user or prospect and says why: the full trace, and a text for people.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  explain<Row extends object>(record: Customer<Row>, options: ExplainOptions): ExplainResponse {
    return this.answer('explain', { record, ...paramsOf(options) });
  }

  /**
   * Combines the decisions about users into one row a customer.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  combineCustomers(decisions: Uint8Array, options?: BatchOptions): Promise<Batches['combine_customers']['answer']>;
  combineCustomers(decisions: Rows, options?: CallOptions): Promise<Flat<CombineCustomersResponse>>;
  combineCustomers(decisions: Rows | Uint8Array, options: object = {}): Promise<any> {
    return this.answerTables('combine_customers', { decisions }, options);
  }

  /**
   * Counts stages, transitions between runs, warnings and tiers, and says how often stages flap.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  summariseStages(tables: Batches['summarise_stages']['tables'], options: SummariseStagesOptions & BatchOptions): Promise<Batches['summarise_stages']['answer']>;
  summariseStages(tables: RowTables<SummariseStagesRequest['tables']>, options: SummariseStagesOptions & CallOptions): Promise<Flat<SummariseStagesResponse>>;
  summariseStages(tables: object, options: object): Promise<any> {
    return this.answerTables('summarise_stages', tables, options);
  }

  /**
   * Lists the users whom the rules of a list warn of, in the list's layout; personal columns are masked.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  listWarned(tables: Batches['list_warned']['tables'], options: ListWarnedOptions & BatchOptions): Promise<Batches['list_warned']['answer']>;
  listWarned(tables: RowTables<ListWarnedRequest['tables']>, options: ListWarnedOptions & CallOptions): Promise<Flat<ListWarnedResponse>>;
  listWarned(tables: object, options: object): Promise<any> {
    return this.answerTables('list_warned', tables, options);
  }

  /**
   * Describes a warning: what it warns of, what to do about it, and the lists that collect it.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  describeWarning(options: DescribeWarningRequest): WarningDescription {
    return this.answer('describe_warning', paramsOf(options));
  }

  /**
   * Describes a lifecycle stage: key question, levers, touches, programmes and measures.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  describeStage(options: DescribeStageRequest): StageDescription {
    return this.answer('describe_stage', paramsOf(options));
  }

  /**
   * Lists the stages' questions and levers, touches, programmes, the matrix, revenue levers and measures.
   *
   * @throws {LifestageError} If the engine is closed.
   */
  listProgrammes(): ListProgrammesResponse {
    return this.answer('list_programmes', {});
  }

  /**
   * Finds the marketing and the statistics attribute of customers by the policy's criteria.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  assignAttributes(customers: Uint8Array, options?: AssignAttributesOptions & BatchOptions): Promise<Batches['assign_attributes']['answer']>;
  assignAttributes(customers: Rows, options?: AssignAttributesOptions & CallOptions): Promise<Flat<AssignAttributesResponse>>;
  assignAttributes(customers: Rows | Uint8Array, options: object = {}): Promise<any> {
    return this.answerTables('assign_attributes', { customers }, options);
  }

  /**
   * Says which unit each lead goes to, by who found it and whom it is about.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  routeLeads(leads: Uint8Array, options?: RouteLeadsOptions & BatchOptions): Promise<Batches['route_leads']['answer']>;
  routeLeads(leads: Rows, options?: RouteLeadsOptions & CallOptions): Promise<Flat<RouteLeadsResponse>>;
  routeLeads(leads: Rows | Uint8Array, options: object = {}): Promise<any> {
    return this.answerTables('route_leads', { leads }, options);
  }

  /**
   * Says when the new customers of a month are divided, and how long those are locked who were not.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  divisionWindow(options: DivisionWindowOptions): DivisionWindowResponse {
    return this.answer('division_window', paramsOf(options));
  }

  /**
   * Verifies an adjustment log, and names the first entry that was changed, removed, inserted or cut off.
   *
   * Rejects with a `LifestageError`, or with an `AbortError`.
   */
  verifyLog(log: Uint8Array, options?: VerifyLogParams & BatchOptions): Promise<Batches['verify_log']['answer']>;
  verifyLog(log: Rows, options?: undefined & CallOptions): Promise<Flat<VerifyLogResponse>>;
  verifyLog(log: Rows | Uint8Array, options: object = {}): Promise<any> {
    return this.answerTables('verify_log', { log }, options);
  }

  /**
   * Says whether a task may be assigned to the manager of a community.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  assignTask(options: AssignTaskOptions): AssignTaskResponse {
    return this.answer('assign_task', paramsOf(options));
  }

  /**
   * Says whether channels that claim one sale are in internal or external conflict, and whose the sale is.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  judgeChannelConflict(options: JudgeChannelConflictRequest): JudgeChannelConflictResponse {
    return this.answer('judge_channel_conflict', paramsOf(options));
  }

  /**
   * Says how fresh each data feed is, and which results a stale one touches.
   *
   * @throws {LifestageError} Every fault of the request, in one pass; or the engine is closed.
   */
  checkFeeds(options: CheckFeedsOptions): CheckFeedsResponse {
    return this.answer('check_feeds', paramsOf(options));
  }
}
