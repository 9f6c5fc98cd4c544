// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

import type { DecisionColumn } from './options.cjs';

/** Every operation: what it is asked, and what it answers. */
export interface Operations {
  /** Says which engine and which policy answer. */
  version: { request: NoParameters; response: VersionResponse };
  /** Lists every operation with the JSON Schemas of its request and response. */
  list_operations: { request: NoParameters; response: Array<OperationDescription> };
  /** Lists every kind of handle with the JSON Schemas of its parameters, updates and queries. */
  list_handles: { request: NoParameters; response: Array<HandleDescription> };
  /** Lists every code of faults and reasons with its texts in English and Chinese. */
  list_codes: { request: NoParameters; response: Array<Code> };
  /** Checks a policy document and reports all its faults at once. */
  check_policy: { request: CheckPolicyRequest; response: CheckPolicyResponse };
  /** Shows every value of a policy with its unit, its source and the file that sets it. */
  show_policy: { request: ShowPolicyRequest; response: ShowPolicyResponse };
  /** Turns dated, keyed fact tables into the customer view as of a date. */
  build_view: { request: BuildViewRequest; response: BuildViewResponse };
  /** Decides value tier, warnings and lifecycle stage of each row of the customer view. */
  classify: { request: ClassifyRequest; response: ClassifyResponse };
  /** Decides value tier, warnings and lifecycle stage of one user or prospect. */
  classify_record: { request: ClassifyRecordRequest; response: ClassifyRecordResponse };
  /** Decides about one user or prospect and says why: the full trace, and a text for people. */
  explain: { request: ExplainRequest; response: ExplainResponse };
  /** Combines the decisions about users into one row a customer. */
  combine_customers: { request: CombineCustomersRequest; response: CombineCustomersResponse };
  /** Counts stages, transitions between runs, warnings and tiers, and says how often stages flap. */
  summarise_stages: { request: SummariseStagesRequest; response: SummariseStagesResponse };
  /** Lists the users whom the rules of a list warn of, in the list's layout; personal columns are masked. */
  list_warned: { request: ListWarnedRequest; response: ListWarnedResponse };
  /** Describes a warning: what it warns of, what to do about it, and the lists that collect it. */
  describe_warning: { request: DescribeWarningRequest; response: WarningDescription };
  /** Describes a lifecycle stage: key question, levers, touches, programmes and measures. */
  describe_stage: { request: DescribeStageRequest; response: StageDescription };
  /** Lists the stages' questions and levers, touches, programmes, the matrix, revenue levers and measures. */
  list_programmes: { request: NoParameters; response: ListProgrammesResponse };
  /** Finds the marketing and the statistics attribute of customers by the policy's criteria. */
  assign_attributes: { request: AssignAttributesRequest; response: AssignAttributesResponse };
  /** Says which unit each lead goes to, by who found it and whom it is about. */
  route_leads: { request: RouteLeadsRequest; response: RouteLeadsResponse };
  /** Says when the new customers of a month are divided, and how long those are locked who were not. */
  division_window: { request: DivisionWindowRequest; response: DivisionWindowResponse };
  /** Verifies an adjustment log, and names the first entry that was changed, removed, inserted or cut off. */
  verify_log: { request: VerifyLogRequest; response: VerifyLogResponse };
  /** Says whether a task may be assigned to the manager of a community. */
  assign_task: { request: AssignTaskRequest; response: AssignTaskResponse };
  /** Says whether channels that claim one sale are in internal or external conflict, and whose the sale is. */
  judge_channel_conflict: { request: JudgeChannelConflictRequest; response: JudgeChannelConflictResponse };
  /** Says how fresh each data feed is, and which results a stale one touches. */
  check_feeds: { request: CheckFeedsRequest; response: CheckFeedsResponse };
}

/** Every operation that also takes tables of Arrow: the tables in, its parameters, and the tables out. */
export interface Batches {
  /** Turns dated, keyed fact tables into the customer view as of a date. */
  build_view: { tables: { users?: Uint8Array | null | undefined; bills?: Uint8Array | null | undefined; events?: Uint8Array | null | undefined; agreements?: Uint8Array | null | undefined; promotions?: Uint8Array | null | undefined; holdings?: Uint8Array | null | undefined; prospects?: Uint8Array | null | undefined; stage_history?: Uint8Array | null | undefined }; params: BuildViewParams; answer: { view: Uint8Array; rejects: Uint8Array; counts: Uint8Array } };
  /** Decides value tier, warnings and lifecycle stage of each row of the customer view. */
  classify: { tables: { view: Uint8Array }; params: ClassifyBatchParams; answer: { decisions: Uint8Array } };
  /** Combines the decisions about users into one row a customer. */
  combine_customers: { tables: { decisions: Uint8Array }; params: NoParameters; answer: { customers: Uint8Array; rejects: Uint8Array; report: Uint8Array } };
  /** Counts stages, transitions between runs, warnings and tiers, and says how often stages flap. */
  summarise_stages: { tables: { decisions: Uint8Array; stage_history?: Uint8Array | null | undefined }; params: StagesParams; answer: { stages: Uint8Array; transitions: Uint8Array; warnings: Uint8Array; tiers: Uint8Array; rejects: Uint8Array; report: Uint8Array } };
  /** Lists the users whom the rules of a list warn of, in the list's layout; personal columns are masked. */
  list_warned: { tables: { view: Uint8Array; decisions: Uint8Array }; params: ListWarnedParams; answer: { warned: Uint8Array } };
  /** Finds the marketing and the statistics attribute of customers by the policy's criteria. */
  assign_attributes: { tables: { customers: Uint8Array }; params: AssignAttributesParams; answer: { attributes: Uint8Array; report: Uint8Array } };
  /** Says which unit each lead goes to, by who found it and whom it is about. */
  route_leads: { tables: { leads: Uint8Array }; params: RouteLeadsParams; answer: { routes: Uint8Array; report: Uint8Array } };
  /** Verifies an adjustment log, and names the first entry that was changed, removed, inserted or cut off. */
  verify_log: { tables: { log: Uint8Array }; params: VerifyLogParams; answer: { findings: Uint8Array; report: Uint8Array } };
}

/** Every kind of handle: what it is opened with, told and asked, and what it answers. */
export interface Handles {
  /** Knows contracts, customers, boxes, number segments and billing areas, and places new users. */
  registry: { params: NoParameters; update: { request: RegistryUpdate; response: RegistryUpdated; batch: { tables: { contracts?: Uint8Array | null | undefined; customers?: Uint8Array | null | undefined; boxes?: Uint8Array | null | undefined; segments?: Uint8Array | null | undefined; billing_areas?: Uint8Array | null | undefined; changes?: Uint8Array | null | undefined }; params: NoParameters; answer: { affected: Uint8Array; rejects: Uint8Array; report: Uint8Array } } }; query: { request: RegistryQuery; response: RegistryAnswer; batch: { tables: { users?: Uint8Array | null | undefined; boxes?: Uint8Array | null | undefined }; params: NoParameters; answer: { placements: Uint8Array; commands: Uint8Array; boxes: Uint8Array; affected: Uint8Array; report: Uint8Array } } } };
  /** Holds units in trees by date, the people in them and their roles; says who may do what, and who sees what. */
  organisation: { params: NoParameters; update: { request: OrganisationUpdate; response: OrganisationUpdated; batch: { tables: { units?: Uint8Array | null | undefined; links?: Uint8Array | null | undefined; persons?: Uint8Array | null | undefined; grants?: Uint8Array | null | undefined; changes?: Uint8Array | null | undefined }; params: NoParameters; answer: { report: Uint8Array } } }; query: { request: OrganisationQuery; response: OrganisationAnswer; batch: { tables: { requests?: Uint8Array | null | undefined; rows?: Uint8Array | null | undefined; values?: Uint8Array | null | undefined }; params: OrganisationQueryParams; answer: { units: Uint8Array; persons: Uint8Array; grants: Uint8Array; history: Uint8Array; successions: Uint8Array; findings: Uint8Array; scope: Uint8Array; menu: Uint8Array; decisions: Uint8Array; visible: Uint8Array; totals: Uint8Array; unshared: Uint8Array; rejects: Uint8Array; report: Uint8Array } } } };
  /** Takes new customers through the monthly cycle, judges who may move them when, and keeps the log. */
  adjustments: { params: AdjustmentsParams; update: { request: AdjustmentsUpdate; response: AdjustmentsUpdated; batch: { tables: { customers?: Uint8Array | null | undefined; lines?: Uint8Array | null | undefined; events?: Uint8Array | null | undefined; sheet?: Uint8Array | null | undefined }; params: ActingParams; answer: { results: Uint8Array; log: Uint8Array; rejects: Uint8Array; report: Uint8Array } } }; query: { request: AdjustmentsQuery; response: AdjustmentsAnswer; batch: { tables: { owners?: Uint8Array | null | undefined; events?: Uint8Array | null | undefined }; params: AdjustmentsQueryParams; answer: { owners: Uint8Array; results: Uint8Array; effects: Uint8Array; customers: Uint8Array; log: Uint8Array; report: Uint8Array } } } };
  /** Combines the decisions about users into one row a customer, in any order and from any number of parts. */
  customers: { params: NoParameters; update: { request: CustomersUpdate; response: CustomersUpdated; batch: { tables: { decisions: Uint8Array }; params: NoParameters; answer: { rejects: Uint8Array; report: Uint8Array } } }; query: { request: NoParameters; response: CustomersAnswer; batch: { tables: Record<string, never>; params: NoParameters; answer: { customers: Uint8Array; report: Uint8Array } } } };
  /** Counts stages, transitions, warnings and tiers, and the flap rate, in any order and from any number of parts. */
  stages: { params: StagesParams; update: { request: StagesUpdate; response: StagesUpdated; batch: { tables: { decisions: Uint8Array; stage_history?: Uint8Array | null | undefined }; params: NoParameters; answer: { rejects: Uint8Array; report: Uint8Array } } }; query: { request: NoParameters; response: StagesAnswer; batch: { tables: Record<string, never>; params: NoParameters; answer: { stages: Uint8Array; transitions: Uint8Array; warnings: Uint8Array; tiers: Uint8Array; report: Uint8Array } } } };
  /** Keeps customer groups and their members, and reports on them with stages, tiers and revenue. */
  groups: { params: NoParameters; update: { request: GroupsUpdate; response: GroupsUpdated; batch: { tables: { customers?: Uint8Array | null | undefined; changes?: Uint8Array | null | undefined; imports?: Uint8Array | null | undefined; removals?: Uint8Array | null | undefined }; params: NoParameters; answer: { counts: Uint8Array; deleted: Uint8Array; rejects: Uint8Array; report: Uint8Array } } }; query: { request: GroupsQuery; response: GroupsAnswer; batch: { tables: { groups?: Uint8Array | null | undefined; decisions?: Uint8Array | null | undefined; revenue?: Uint8Array | null | undefined }; params: GroupsParams; answer: { groups: Uint8Array; members: Uint8Array; stages: Uint8Array; tiers: Uint8Array; revenue: Uint8Array; report: Uint8Array } } } };
}

/** A request without parameters. */
export type NoParameters = Record<string, never>;

/** Which engine and which policy answer. */
export type VersionResponse = {
  /** SHA-256 of the effective policy in canonical form. */
  digest: string;
  /** Name of the policy. */
  policy: string;
  /** Version of the policy. */
  policy_version: string;
  /** Version of the library. */
  version: string;
};

/** In which forms an operation is called. */
export type Form = "record" | "batch";

/** One operation, described. */
export type OperationDescription = {
  /** What it does. */
  about: Text;
  /** The tables that its batch form answers with, by name; absent for a record operation. */
  answered_tables?: Array<string> | null | undefined;
  /** In which forms it is called. */
  form: Form;
  /** What it is called; `snake_case`. */
  name: string;
  /** The tables that its batch form takes where they are given; absent where there are none. */
  optional_tables?: Array<string> | null | undefined;
  /** JSON Schema of the batch form's parameters; absent for a record operation. */
  params?: unknown | undefined;
  /** JSON Schema of the request. */
  request: unknown;
  /** JSON Schema of the response. */
  response: unknown;
  /** The tables of its batch form, by name; absent for a record operation. */
  tables?: Array<string> | null | undefined;
};

/** A text for people, in every language lifestage speaks. */
export type Text = {
  /** English. */
  en: string;
  /** Simplified Chinese. */
  zh: string;
};

/** The tables of a verb that is called in batches. */
export type BatchVerb = {
  /** The tables that it answers with. */
  answered_tables: Array<string>;
  /** The tables that it takes where they are given; absent where there are none. */
  optional_tables?: Array<string> | undefined;
  /** The tables that it takes. */
  tables: Array<string>;
};

/** One kind of handle, described. */
export type HandleDescription = {
  /** What it remembers. */
  about: Text;
  /** What it is called; `snake_case`. */
  name: string;
  /** JSON Schema of the parameters it is opened with. */
  params: unknown;
  /** How it is asked what it knows. */
  query: VerbDescription;
  /** How it is told something. */
  update: VerbDescription;
};

/** One verb of a handle, described. */
export type VerbDescription = {
  /** Its tables where it is called in batches. */
  batch: BatchVerb;
  /** JSON Schema of its parameters where it is called in batches. */
  params: unknown;
  /** JSON Schema of the request. */
  request: unknown;
  /** JSON Schema of the response. */
  response: unknown;
};

/** A stable code: of a fault (what is wrong with an input) or of a reason (why a decision is what it is). */
export type Code = {
  /** What to do about it; empty where nothing needs doing. `{name}` stands for the name that the fault proposes. */
  fix: Text;
  /** Unique, never reused; the form in which hosts see the code. */
  name: string;
  /** Unique, never reused; each room owns a range of a hundred or more. */
  number: number;
  /** What it says. */
  text: Text;
};

/** A policy document to check. */
export type CheckPolicyRequest = {
  /** The document's name in faults; `policy` unless given. */
  file?: string | null | undefined;
  /** Texts of the documents it may extend, by name, beside the shipped ones. */
  library?: Record<string, string> | undefined;
  /** A shipped policy's name, or a document's text (TOML or JSON). */
  policy: string;
};

/** One thing that is wrong with an input, in the order and with the names in which every language sees it. */
export type Fault = {
  /** What kind of fault: a name of the catalogue. */
  code: string;
  /** 1-based, in characters. */
  column?: number | undefined;
  /** The value expected. */
  expected: string;
  /** Name of the document, as the host gave it. */
  file?: string | undefined;
  /** What to do about it, in English; the catalogue has it in Chinese. */
  fix: string;
  /** The value found. */
  found: string;
  /** 1-based. */
  line?: number | undefined;
  /** Where in the input; empty for the whole of it. */
  path: string;
  /** The part of a condition that is meant, in characters: first, and one past the last. */
  span?: [number, number] | null | undefined;
  /** A name that was probably meant, or that the fix proposes. */
  suggestion?: string | null | undefined;
};

/** What a policy is, or everything that is wrong with it. */
export type CheckPolicyResponse = {
  /** The digest that its results carry; absent where it is not valid. */
  digest?: string | null | undefined;
  /** The day from which it applies; absent where it is not valid. */
  effective_from?: string | null | undefined;
  /** Every fault, in the order of the document's keys. */
  faults: Array<Fault>;
  /** The policy's name; absent where it is not valid. */
  name?: string | null | undefined;
  /** Whether an engine can be made of it. */
  valid: boolean;
  /** The policy's version; absent where it is not valid. */
  version?: string | null | undefined;
};

/** Which policy to show, the engine's own unless given, and which part of it. */
export type ShowPolicyRequest = {
  /** The document's name in the answer and in faults; `policy` unless given. */
  file?: string | null | undefined;
  /** Texts of the documents it may extend, by name, beside the shipped ones. */
  library?: Record<string, string> | undefined;
  /** A shipped policy's name, or a document's text (TOML or JSON). */
  policy?: string | null | undefined;
  /** Show only what stands at this path or below it: `warning.fee_drop`. */
  under?: string | null | undefined;
};

/** One value of a policy. */
export type PolicyValue = {
  /** The document that sets it; null where it is a default that no document writes. */
  file?: string | null | undefined;
  /** Where it stands: `warning.fee_drop.drop_over`, `value.tiers[0].when`. */
  path: string;
  /** The requirement it comes from, or `ours`. */
  source: string;
  /** Its unit: `yuan`, `months`, `days`, `times`; empty for a bare number, a ratio, a code or a text. */
  unit: string;
  /** The value as the policy has it; amounts and ratios as decimal text, a list of codes or texts as a whole. */
  value: unknown;
};

/** A policy, value by value. */
export type ShowPolicyResponse = {
  /** The digest that its results carry. */
  digest: string;
  /** The day from which it applies. */
  effective_from: string;
  /** The policy's name. */
  name: string;
  /** Every value of the effective policy that is asked for, in the order of the paths. */
  values: Array<PolicyValue>;
  /** The policy's version. */
  version: string;
};

/** How the tables are read. */
export type BuildViewParams = {
  /** The end of this day is the moment of the view. */
  as_of: string;
  /** The first day from which `events` is complete; its earliest used row unless given. */
  events_since?: string | null | undefined;
  /** What integer amounts count; without it only columns `<name>_minor` hold integers. */
  money_unit?: MoneyUnit | null | undefined;
};

/** Rows of facts by table. A cell may be missing where it may be null; `recorded_on` (a date, when the host learnt of the row) may stand in every row; the host's own facts, once the policy declares them, in `users` and `prospects`. Amounts are decimal text or floats in yuan, or whole fen in a column `<name>_minor`. */
export type FactTables = {
  /** Service contracts. Key: `agreement_id`. Also: `user_id`, `starts_on`. May be null: `ends_on`. */
  agreements?: Array<Record<string, unknown>> | null | undefined;
  /** What each user was charged. Key: `user_id`, `month` (`2024-05`, or a date in it). Also: `fee`. May be null: `local_fee`, `foreign_ip_fee`, `minutes`, `expected_fee` (what the plan led to expect). */
  bills?: Array<Record<string, unknown>> | null | undefined;
  /** Complaints and faults. Key: `event_id`. Also: `user_id`, `on`, `kind` (`complaint`, `fault`). May be null: `cause`, `is_repeat`. */
  events?: Array<Record<string, unknown>> | null | undefined;
  /** Products held. Key: `user_id`, `product`, `starts_on`. May be null: `ends_on`. */
  holdings?: Array<Record<string, unknown>> | null | undefined;
  /** Promotions. Key: `user_id`, `promotion`, `starts_on`. May be null: `ends_on`. */
  promotions?: Array<Record<string, unknown>> | null | undefined;
  /** People who are no customers yet. Key: `prospect_id`. May be null: `uses_competitor`, `community`, and the personal `name`, `phone`, `address`. */
  prospects?: Array<Record<string, unknown>> | null | undefined;
  /** Results the host kept from earlier runs. Key: `user_id` (a user's or prospect's), `as_of`. Also: `stage` (`A` to `E`), `stage_since`. */
  stage_history?: Array<Record<string, unknown>> | null | undefined;
  /** Periods of service. Key: `user_id`, `activated_on`. May be null: `customer_id`, `account_id`, `terminated_on`, `suspended_on`, `join_channel`, `community`, `plan`, `in_relocation_area`, and the personal `name`, `phone`, `address`. */
  users?: Array<Record<string, unknown>> | null | undefined;
};

/** What a bare integer amount counts. */
export type MoneyUnit = "yuan" | "fen";

/** Fact tables, and the day as of which they are seen. */
export type BuildViewRequest = {
  /** How to read them. */
  params: BuildViewParams;
  /** The tables, each a list of rows. The facts of a table that is not given are unknown. */
  tables: FactTables;
};

/** What was done. */
export type BuildViewReport = {
  /** The day of the view. */
  as_of: string;
  /** Digest of the policy. */
  digest: string;
  /** The last month that was over at the end of that day. */
  reference_month: string;
  /** What became of the rows of each table given. */
  tables: TableCounts;
};

/** The view and the rows that do not count. */
export type BuiltTables = {
  /** The rows that do not count, table by table in the order of the rows. */
  rejects: Array<Reject>;
  /** One row a user or prospect, in the order of `user_id`. */
  view: Array<ViewRow>;
};

/** An amount in yuan with two decimals, such as "150.00". */
export type Money = string;

/** A value of the type that the policy declares. */
export type OwnValue = unknown;

/** A quantity with two decimals, such as "120.50". */
export type Quantity = string;

/** A row that does not count. */
export type Reject = {
  /** What kind of fault: a name of the catalogue. */
  code: string;
  /** 1-based, in characters. */
  column?: number | undefined;
  /** The value expected. */
  expected: string;
  /** Name of the document, as the host gave it. */
  file?: string | undefined;
  /** What to do about it, in English; the catalogue has it in Chinese. */
  fix: string;
  /** The value found. */
  found: string;
  /** 1-based. */
  line?: number | undefined;
  /** Where in the input; empty for the whole of it. */
  path: string;
  /** Its place in that table, from 0. */
  row: number;
  /** The part of a condition that is meant, in characters: first, and one past the last. */
  span?: [number, number] | null | undefined;
  /** A name that was probably meant, or that the fix proposes. */
  suggestion?: string | null | undefined;
  /** The table it came in. */
  table: string;
};

/** What became of a table's rows: `rows` is the sum of the six figures that follow it. */
export type RowCounts = {
  /** Rows of one key with different values. */
  conflict: number;
  /** Rows that say again what another one says. */
  duplicate: number;
  /** Rows that break the contract of the table. */
  invalid: number;
  /** Rows not yet known on the day. */
  late: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Rows of users that are not there. */
  orphan: number;
  /** Rows that came in. */
  rows: number;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
  /** Rows that count. */
  used: number;
};

/** Whether a customer is served (LCY-08). */
export type Status = "prospect" | "active" | "suspended" | "terminated";

/** What became of the rows of each table given: in = used + returned. */
export type TableCounts = {
  agreements?: RowCounts | null | undefined;
  bills?: RowCounts | null | undefined;
  events?: RowCounts | null | undefined;
  holdings?: RowCounts | null | undefined;
  promotions?: RowCounts | null | undefined;
  prospects?: RowCounts | null | undefined;
  stage_history?: RowCounts | null | undefined;
  users?: RowCounts | null | undefined;
};

/** What is known of a user (a service) or a prospect on the day. The facts of a table that is absent are left out. */
export type ViewRow = {
  /** Its address; personal. */
  address?: string | null | undefined;
  /** The nearest end on or after the day; null: there is none. */
  agreement_ends_on?: string | null | undefined;
  /** The community it belongs to. */
  community?: string | null | undefined;
  /** Causes of the complaints of the last three months, sorted. */
  complaint_causes_3m?: Array<string> | null | undefined;
  /** Complaints in the last three months. */
  complaints_3m?: number | null | undefined;
  /** Complaints in the reference month. */
  complaints_last_month?: number | null | undefined;
  /** What its customer was charged: all users together, those who have left since included. */
  customer_fee?: Array<Money | null> | null | undefined;
  /** Its customer; null: it is a customer of its own. Left out where `users` is absent. */
  customer_id?: string | null | undefined;
  /** What the plan led to expect of the first bill. */
  expected_first_bill?: Money | null | undefined;
  /** Faults in the reference month. */
  faults_last_month?: number | null | undefined;
  /** What it was charged. */
  fee?: Array<Money | null> | null | undefined;
  /** Its first bill, where that is the reference month's; null: it is not. */
  first_bill?: Money | null | undefined;
  /** What it spent on a competitor's IP telephony. */
  foreign_ip_fee?: Array<Money | null> | null | undefined;
  /** Whether it lives where houses are pulled down. */
  in_relocation_area?: boolean | null | undefined;
  /** The channel through which it came. */
  join_channel?: string | null | undefined;
  /** What it was charged for local calls. */
  local_fee?: Array<Money | null> | null | undefined;
  /** Minutes it talked. */
  minutes?: Array<Quantity | null> | null | undefined;
  /** Full months since termination; null: it has not left. */
  months_since_exit?: number | null | undefined;
  /** Its name; personal. */
  name?: string | null | undefined;
  /** Its telephone; personal. */
  phone?: string | null | undefined;
  /** Its price plan. */
  plan?: string | null | undefined;
  /** The day since when that stage held; null: there is none. */
  previous_since?: string | null | undefined;
  /** The stage of the newest result before the day; null: there is none. */
  previous_stage?: string | null | undefined;
  /** Products held on the day, sorted. */
  products?: Array<string> | null | undefined;
  /** The latest end before the day, where no promotion is running; null: there is none. */
  promotion_ended_on?: string | null | undefined;
  /** The nearest end on or after the day; null: there is none. */
  promotion_ends_on?: string | null | undefined;
  /** Repeated faults in the last three months. */
  repeat_faults_3m?: number | null | undefined;
  /** Whether it is served, from the dates. */
  status: Status;
  /** Full months in service, for a leaver until termination. */
  tenure_months?: number | null | undefined;
  /** The user, or the prospect. */
  user_id: string;
  /** Whether it uses a competitor. */
  uses_competitor?: boolean | null | undefined;
};

/** The view, and what became of every row. */
export type BuildViewResponse = {
  /** What was done. */
  report: BuildViewReport;
  /** The view and the rows that do not count. */
  tables: BuiltTables;
};

/** How to decide. */
export type ClassifyParams = {
  /** The end of this day. */
  as_of: string;
  /** Give each decision its evidence: why each rule fired, or what it cannot know. */
  evidence?: boolean | undefined;
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
  /** Refuse all rows if one breaks the contract, or if a column that is no fact is named nearly like one that is missing; otherwise such a row is returned with `error`, such a column is not read, and the others go on. */
  strict?: boolean | undefined;
};

/** The tables that `classify` reads. */
export type ViewTables = {
  /** The customer view, a row a user or prospect, as `build_view` makes it; keys that are no facts are not read. */
  view: Array<Record<string, unknown>>;
};

/** Rows of the view to decide about. */
export type ClassifyRequest = {
  /** The parameters. */
  params: ClassifyParams;
  /** The tables. */
  tables: ViewTables;
};

/** What was read. */
export type ClassifyReport = {
  /** The day as of which was decided. */
  as_of: string;
  /** Digest of the policy. */
  digest: string;
  /** Rows among them that break the contract. */
  errors: number;
  /** Those of them that are named nearly like a fact that is missing, each with that name; absent where there are none. */
  misspelt_columns?: Record<string, string> | undefined;
  /** Rows read. */
  rows: number;
  /** Columns that are no facts, by name. */
  unread_columns: Array<string>;
};

/** A decision as a record says it. */
export type DecisionRecord = {
  /** The customer, as given. */
  customer_id?: string | null | undefined;
  /** What is wrong with the row; then nothing is decided. */
  error?: Fault | null | undefined;
  /** Why each rule fired or cannot know, comparison by comparison, in the policy's order; absent unless asked for. */
  evidence?: Array<Evidence> | null | undefined;
  /** The active and shadow rules that cannot know for want of facts. */
  insufficient: Array<string>;
  /** Full months since termination, as given. */
  months_since_exit?: number | null | undefined;
  /** What decided the stage, or left stage or tier null: codes of the catalogue and of the policy. */
  reasons: Array<string>;
  /** The shadow rules that fired. */
  shadow: Array<string>;
  /** The stage; null where a fact that has to decide is unknown. */
  stage?: Stage | null | undefined;
  /** Since when the stage holds; null unless an earlier stage was given. */
  stage_since?: string | null | undefined;
  /** The status, as given. */
  status?: string | null | undefined;
  /** The value tier; null where its fees are unknown. */
  tier?: Tier | null | undefined;
  /** The user or prospect, as given. */
  user_id?: string | null | undefined;
  /** The active rules that fired, in the policy's order. */
  warnings: Array<string>;
};

/** The tables that `classify` gives. */
export type DecisionTables = {
  /** A row a row of the view, in the same order. */
  decisions: Array<DecisionRecord>;
};

/** One comparison that decided about a warning rule. */
export type Evidence = {
  /** The rule's code. */
  code: string;
  /** How it has to stand to the threshold: `<`, `<=`, `==`, `!=`, `>=`, `>`, `in`, `not in`, `has`, `has not`. */
  comparison: string;
  /** What was observed: exact decimal text (a mean that is none as a fraction, `451/3`), a date, a code, texts; null where it is unknown or there is none, `***` where it identifies a person. A fluctuation is rounded up to six places. */
  observed?: string | null | undefined;
  /** `fired`: the comparison holds; `insufficient`: it cannot be judged. */
  outcome: RuleOutcome;
  /** The parameter of the policy that decided: `warning.fee_drop.drop_over`. */
  path: string;
  /** The threshold; null where it depends on what is unknown. */
  threshold?: string | null | undefined;
  /** The unit of both: `yuan`, `months`, …; empty for a bare number, a code or a text. */
  unit: string;
};

/** What a warning rule says of a row. */
export type RuleOutcome = "fired" | "not_fired" | "insufficient" | "draft";

/** A lifecycle stage (LCY-01). */
export type Stage = "A" | "B" | "C" | "D" | "E";

/** A value tier, the highest first (SEG-03). */
export type Tier = "high" | "mid" | "low";

/** What was decided. */
export type ClassifyResponse = {
  /** What was read. */
  report: ClassifyReport;
  /** The tables. */
  tables: DecisionTables;
};

/** One row of the view to decide about. */
export type ClassifyRecordRequest = {
  /** The end of this day. */
  as_of: string;
  /** Give the decision its evidence: why each rule fired, or what it cannot know. */
  evidence?: boolean | undefined;
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
  /** The facts of one user or prospect, by name. */
  record: Record<string, unknown>;
};

/** What was decided. */
export type ClassifyRecordResponse = {
  /** The customer, as given. */
  customer_id?: string | null | undefined;
  /** Digest of the policy. */
  digest: string;
  /** What is wrong with the row; then nothing is decided. */
  error?: Fault | null | undefined;
  /** Why each rule fired or cannot know, comparison by comparison, in the policy's order; absent unless asked for. */
  evidence?: Array<Evidence> | null | undefined;
  /** The active and shadow rules that cannot know for want of facts. */
  insufficient: Array<string>;
  /** Full months since termination, as given. */
  months_since_exit?: number | null | undefined;
  /** What decided the stage, or left stage or tier null: codes of the catalogue and of the policy. */
  reasons: Array<string>;
  /** The shadow rules that fired. */
  shadow: Array<string>;
  /** The stage; null where a fact that has to decide is unknown. */
  stage?: Stage | null | undefined;
  /** Since when the stage holds; null unless an earlier stage was given. */
  stage_since?: string | null | undefined;
  /** The status, as given. */
  status?: string | null | undefined;
  /** The value tier; null where its fees are unknown. */
  tier?: Tier | null | undefined;
  /** Keys that are no facts, by name. */
  unread_columns: Array<string>;
  /** The user or prospect, as given. */
  user_id?: string | null | undefined;
  /** The active rules that fired, in the policy's order. */
  warnings: Array<string>;
};

/** A language lifestage speaks to people. */
export type Language = "en" | "zh";

/** One row of the view to decide about, and to explain. */
export type ExplainRequest = {
  /** The end of this day. */
  as_of: string;
  /** The language of `text`; English unless given. */
  language?: Language | undefined;
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
  /** The facts of one user or prospect, by name. */
  record: Record<string, unknown>;
};

/** The minimum dwell that keeps a customer in the stage of before. */
export type DwellTrace = {
  /** How many full months it holds at least. */
  months: number;
  /** Since when it holds. */
  since: string;
  /** The stage of before. */
  stage: Stage;
  /** The first day on which another stage counts. */
  until?: string | null | undefined;
};

/** A fact that rules read. */
export type FactTrace = {
  /** Its name. */
  fact: string;
  /** Of a series: its twelve months, the newest last; null where unknown. Absent otherwise. */
  months: Array<string | null>;
  /** The unit of its numbers; empty for a bare number, a code, a date or a text. */
  unit: string;
  /** What the row says: null where it is unknown or there is none (`missing` tells the two apart), and of a series; `***` where it identifies a person. */
  value?: string | null | undefined;
};

/** What a fact, a rule, or a code of the policy means in both languages: our own text, or the policy author's. */
export type Meaning = {
  /** English. */
  en: string;
  /** Simplified Chinese. */
  zh: string;
};

/** A fact for want of which something could not be judged. */
export type MissingFact = {
  /** Its name. */
  fact: string;
  /** What it means. */
  meaning: Meaning;
  /** Of a series: the months that are missing, the newest being -1. Empty otherwise. */
  months: Array<number>;
  /** What could not be judged without it: `tier`, `stage`, the codes of rules. */
  needed_by: Array<string>;
};

/** The outcome of a test; of all of several it is the least, of any of them the greatest. */
export type Outcome = "fails" | "unknown" | "holds";

/** The life of a rule (EWS-23). */
export type RuleState = "draft" | "shadow" | "active";

/** A warning rule. */
export type RuleTrace = {
  /** Its code. */
  code: string;
  /** What it warns of. */
  meaning: Meaning;
  /** Whether a customer whom it warns of is in decline, stage D. */
  moves_stage: boolean;
  /** What it says of the row. */
  outcome: RuleOutcome;
  /** Where it stands in the policy. */
  path: string;
  /** Draft, shadow or active. */
  state: RuleState;
  /** Its comparisons, in order: first whom it watches, then what triggers it. Empty for a draft. */
  tests: Array<TestTrace>;
};

/** A step of the stage. */
export type StageTrace = {
  /** Whether it decided: the first that holds, with none unknown before it. */
  decides: boolean;
  /** Whether its condition holds. */
  outcome: Outcome;
  /** Where its condition stands in the policy: `when`, or `stays_while` for a customer whose previous stage it is. */
  path: string;
  /** The reason code that it gives. */
  reason: string;
  /** The stage that it decides. */
  stage: Stage;
  /** Its comparisons, in order. */
  tests: Array<TestTrace>;
};

/** One comparison of a rule, held against the row. */
export type TestTrace = {
  /** How it has to stand to the threshold: `<`, `<=`, `==`, `!=`, `>=`, `>`, `in`, `not in`, `has`, `has not`. */
  comparison: string;
  /** The comparison as conditions write it; a month of a series by its place from the newest, `local_fee[-1]`. */
  expression: string;
  /** What was observed: exact decimal text (a mean that is none as a fraction, `451/3`), a date, a code, texts; null where it is unknown or there is none, `***` where it identifies a person. A fluctuation is rounded up to six places. */
  observed?: string | null | undefined;
  /** Whether it holds for the row. */
  outcome: Outcome;
  /** The value of the policy that it stands for. */
  path: string;
  /** The threshold; null where it depends on what is unknown. */
  threshold?: string | null | undefined;
  /** The unit of both; empty for a bare number, a code or a text. */
  unit: string;
};

/** A step of the value tier. */
export type TierTrace = {
  /** Whether it decided: the first that holds, with none unknown before it. */
  decides: boolean;
  /** Whether its condition holds. */
  outcome: Outcome;
  /** Where it stands in the policy. */
  path: string;
  /** Its comparisons, in order. */
  tests: Array<TestTrace>;
  /** The tier that it decides. */
  tier: Tier;
};

/** Everything that was considered about a row. */
export type Trace = {
  /** Why the stage of before still counts; null where the step that decided does. */
  dwell?: DwellTrace | null | undefined;
  /** The facts that the policy's rules read, with what the row says of each. */
  facts: Array<FactTrace>;
  /** The facts for want of which the tier, a rule or the stage could not be judged. */
  missing: Array<MissingFact>;
  /** Every warning rule, in the policy's order. */
  rules: Array<RuleTrace>;
  /** The steps of the stage, up to the one that decided. */
  stages: Array<StageTrace>;
  /** The steps of the value tier, up to the one that decided. */
  tiers: Array<TierTrace>;
};

/** What was decided, and why. */
export type ExplainResponse = {
  /** The customer, as given. */
  customer_id?: string | null | undefined;
  /** Digest of the policy. */
  digest: string;
  /** What is wrong with the row; then nothing is decided. */
  error?: Fault | null | undefined;
  /** Why each rule fired or cannot know, comparison by comparison, in the policy's order; absent unless asked for. */
  evidence?: Array<Evidence> | null | undefined;
  /** The active and shadow rules that cannot know for want of facts. */
  insufficient: Array<string>;
  /** Full months since termination, as given. */
  months_since_exit?: number | null | undefined;
  /** What decided the stage, or left stage or tier null: codes of the catalogue and of the policy. */
  reasons: Array<string>;
  /** The shadow rules that fired. */
  shadow: Array<string>;
  /** The stage; null where a fact that has to decide is unknown. */
  stage?: Stage | null | undefined;
  /** Since when the stage holds; null unless an earlier stage was given. */
  stage_since?: string | null | undefined;
  /** The status, as given. */
  status?: string | null | undefined;
  /** The same for people: the stage and why, the warnings with what was observed, and what would have to be known. */
  text: string;
  /** The value tier; null where its fees are unknown. */
  tier?: Tier | null | undefined;
  /** Everything that was considered; null where the record breaks the contract. */
  trace?: Trace | null | undefined;
  /** Keys that are no facts, by name. */
  unread_columns: Array<string>;
  /** The user or prospect, as given. */
  user_id?: string | null | undefined;
  /** The active rules that fired, in the policy's order. */
  warnings: Array<string>;
};

/** The tables that customers are made of. */
export type CustomersTables = {
  /** Decisions as `classify` gives them, in any order; each user once: nobody remembers who was told, so a user that is told twice counts twice. Of Arrow, `stage` has to be there, and masks serve for lists. Other columns are not read. */
  decisions: Array<Record<string, unknown>>;
};

/** Classified rows of all users. */
export type CombineCustomersRequest = {
  /** No parameters. */
  params: NoParameters;
  /** The tables. */
  tables: CustomersTables;
};

/** What the customers were made of. */
export type CombineCustomersReport = {
  /** Customers. */
  customers: number;
  /** Digest of the policy. */
  digest: string;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Rows among them that do not count. */
  rejected: number;
  /** Rows that came in. */
  rows: number;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** The customers, and the rows that do not count. */
export type CombinedTables = {
  /** A row a customer: ordered by `customer_id`; users that are customers of their own follow, ordered by `user_id`. */
  customers: Array<CustomerRecord>;
  /** Rows that do not count, each with its reason, in the order in which they came. */
  rejects: Array<Reject>;
};

/** One customer. */
export type CustomerRecord = {
  /** The customer; null for a user or prospect that is a customer of its own. */
  customer_id?: string | null | undefined;
  /** The rules that cannot know of one of its users and fired for none. */
  insufficient: Array<string>;
  /** Rows that do not count: what they would have said is missing here. */
  rejected: number;
  /** The shadow rules that fired for any of its users. */
  shadow: Array<string>;
  /** The first of D, C, B, null, A, E found among its rows, so E only when all have left. A rejected row counts as null. */
  stage?: Stage | null | undefined;
  /** The tier of the users in service, otherwise of users of unknown status, otherwise of the latest leaver; among equals that of the smallest `user_id`. */
  tier?: Tier | null | undefined;
  /** The user or prospect that is a customer of its own; null otherwise. */
  user_id?: string | null | undefined;
  /** Rows that count, prospects not among them. */
  users: number;
  /** The active rules that fired for any of its users, in the policy's order. */
  warnings: Array<string>;
};

/** The customers. */
export type CombineCustomersResponse = {
  /** What it was made of. */
  report: CombineCustomersReport;
  /** The tables. */
  tables: CombinedTables;
};

/** The day that a summary is of. */
export type StagesParams = {
  /** The day as of which the rows were classified. */
  as_of: string;
};

/** The tables that a summary is made of. */
export type StagesTables = {
  /** Decisions as `classify` gives them, in any order; each user once: nobody remembers who was told, so a user that is told twice counts twice. Of Arrow, `stage` has to be there, and masks serve for lists. Other columns are not read. */
  decisions: Array<Record<string, unknown>>;
  /** The results of earlier runs about the same users (`user_id`, `as_of`, `stage`), in any order; for transitions and the flap rate. A user's rows come with its decision, not in another part. */
  stage_history?: Array<Record<string, unknown>> | null | undefined;
};

/** Classified rows, with what earlier runs decided about them. */
export type SummariseStagesRequest = {
  /** The parameters. */
  params: StagesParams;
  /** The tables. */
  tables: StagesTables;
};

/** Rows of a warning rule. */
export type RuleCount = {
  /** The rule's code. */
  code: string;
  /** Rows it warns of. */
  fired: number;
  /** Rows of which it cannot know. */
  insufficient: number;
  /** Rows it would warn of, were it active. */
  shadow: number;
};

/** Rows of a stage. */
export type StageCount = {
  /** Users and prospects in it. */
  rows: number;
  /** Their share of all rows that count: six decimals, half-even; null if there are none. */
  share?: string | null | undefined;
  /** The stage; null for rows without one. */
  stage?: Stage | null | undefined;
};

/** What a summary was made of, and how stable stages are. */
export type SummariseStagesReport = {
  /** The day as of which was classified. */
  as_of: string;
  /** Decisions with a stage and at least two earlier runs. */
  comparable: number;
  /** Digest of the policy. */
  digest: string;
  /** The flap rate, `flapping` of `comparable`: six decimals, half-even; null without history. */
  flap_rate?: string | null | undefined;
  /** Decisions among them whose stage is that of two or three runs ago, with another in between. */
  flapping: number;
  /** Decisions that came with a history, be it empty: the sum of the transitions. */
  followed: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Decisions among them that do not count. */
  rejected: number;
  /** Decisions that came in. */
  rows: number;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** The counts, and the rows that do not count. */
export type SummaryAndRejects = {
  /** Rows of either table that do not count, each with its reason. */
  rejects: Array<Reject>;
  /** Rows by stage, A first, then those without one. */
  stages: Array<StageCount>;
  /** Rows by value tier, the highest first, then those without one. */
  tiers: Array<TierCount>;
  /** Rows by the stage of the run before and by stage: the transition matrix, cells of 0 left out. Only rows that came with a history. */
  transitions: Array<TransitionCount>;
  /** Rows by warning rule, in the policy's order; drafts, which are not evaluated, left out. */
  warnings: Array<RuleCount>;
};

/** Rows of a tier. */
export type TierCount = {
  /** Users and prospects in it. */
  rows: number;
  /** Their share of all rows that count: six decimals, half-even; null if there are none. */
  share?: string | null | undefined;
  /** The tier; null for rows without one. */
  tier?: Tier | null | undefined;
};

/** Rows that went from one stage to another, or stayed. */
export type TransitionCount = {
  /** The stage of the run before; null for users that no earlier run saw. */
  previous_stage?: Stage | null | undefined;
  /** Users and prospects that went this way. */
  rows: number;
  /** Their share of those with the same previous stage: six decimals, half-even. */
  share?: string | null | undefined;
  /** The stage now; null for rows without one. */
  stage?: Stage | null | undefined;
};

/** How many rows are where, where they came from, and the rows that do not count. */
export type SummariseStagesResponse = {
  /** What it was made of, and how stable stages are. */
  report: SummariseStagesReport;
  /** The tables. */
  tables: SummaryAndRejects;
};

/** The tables that `list_warned` reads. */
export type ClassifiedTables = {
  /** The decisions that `classify` gave for these rows, in the same order. */
  decisions: Array<GivenDecision>;
  /** The customer view, as `classify` was given it. */
  view: Array<Record<string, unknown>>;
};

/** What a list needs of a decision; its other columns are not read. */
export type GivenDecision = {
  /** The user or prospect; null where the view names none. */
  user_id?: string | null | undefined;
  /** The active rules that fired. */
  warnings: Array<string>;
};

/** Which list, and what of it is shown. */
export type ListWarnedParams = {
  /** The list's name in the policy: `fee_drop`, `grievances`, or one of the operator's own. */
  list: string;
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
  /** The personal columns that are shown; the others are masked. */
  show?: Array<PersonalColumn> | undefined;
};

/** A column that identifies a person: masked unless asked for by name. */
export type PersonalColumn = "name" | "phone" | "address";

/** Classified rows of which a list is asked. */
export type ListWarnedRequest = {
  /** The parameters. */
  params: ListWarnedParams;
  /** The tables. */
  tables: ClassifiedTables;
};

/** What stands above a column. */
export type Heading = {
  /** English. */
  en: string;
  /** The column's name in the rows. */
  name: string;
  /** Chinese. */
  zh: string;
};

/** What was listed. */
export type ListReport = {
  /** Digest of the policy. */
  digest: string;
  /** Its title, in English. */
  en: string;
  /** The list's name in the policy. */
  list: string;
  /** Rows among them that stand on the list. */
  listed: number;
  /** Rows read. */
  rows: number;
  /** Its title, in Chinese. */
  zh: string;
};

/** A user on a list. A column that the list has not is absent; one that is not known is null. */
export type WarnedRow = {
  /** The codes of the actions that answer these warnings. */
  actions?: Array<string> | null | undefined;
  /** The address, or `***`. */
  address?: string | null | undefined;
  /** The mean fee of the newest months in yuan, exact: two decimals, or three where it needs them. Null where one of the months is unknown. */
  arpu?: string | null | undefined;
  /** The community, so that the list can be split by it. */
  community?: string | null | undefined;
  /** Causes of the complaints in the last three months, sorted. */
  complaint_causes?: Array<string> | null | undefined;
  /** The name, or `***`. */
  name?: string | null | undefined;
  /** The phone number, or `***`. */
  phone?: string | null | undefined;
  /** The user. */
  user_id?: string | null | undefined;
  /** The warnings that fired, those of the list and others. */
  warnings?: Array<string> | null | undefined;
};

/** The tables that `list_warned` gives. */
export type WarnedTables = {
  /** The users on the list, in the view's order. */
  warned: Array<WarnedRow>;
};

/** A list of those warned of. */
export type ListWarnedResponse = {
  /** The columns of the rows, in the list's order, with what stands above them. */
  columns: Array<Heading>;
  /** What was listed. */
  report: ListReport;
  /** The tables. */
  tables: WarnedTables;
};

/** The warning to describe. */
export type DescribeWarningRequest = {
  /** Its code, as `classify` gives it: `EWS-04`, or one of the policy's own. */
  code: string;
};

/** Something of the policy with its code and its name. */
export type Named = {
  /** The code, as the policy has it. */
  code: string;
  /** English. */
  en: string;
  /** Chinese. */
  zh: string;
};

/** What the policy says of a warning. */
export type WarningDescription = {
  /** What to do about those it warns of, by code (EWS-26). */
  actions: Array<Named>;
  /** Its code. */
  code: string;
  /** Digest of the policy. */
  digest: string;
  /** What it warns of, in English. */
  en: string;
  /** The lists that collect those it warns of, by name (EWS-05). */
  lists: Array<Named>;
  /** Whether a customer whom it warns of is in decline, stage D. */
  moves_stage: boolean;
  /** Where its rule stands in the policy. */
  path: string;
  /** Whether the rule is draft, shadow or active. */
  state: RuleState;
  /** What it warns of, in Chinese. */
  zh: string;
};

/** The stage to describe. */
export type DescribeStageRequest = {
  /** Only the touches that this channel carries, by code; all of them unless given. */
  channel?: string | null | undefined;
  /** The stage. */
  stage: Stage;
};

/** One of the five marketing elements (LCY-14). */
export type Element = "segmentation" | "product" | "channel" | "promotion" | "loyalty";

/** A marketing element at a stage. */
export type ElementDescription = {
  /** The element. */
  element: Element;
  /** Its name, in English. */
  en: string;
  /** The potential measures of the element at the stage. */
  measures: Array<Measure>;
  /** Its name, in Chinese. */
  zh: string;
};

/** A numbered measure. */
export type Measure = {
  /** What is done, in English. */
  en: string;
  /** Its number; unique among the measures of its list. */
  number: number;
  /** What is done, in Chinese. */
  zh: string;
};

/** A programme for a stage's customers. */
export type ProgrammeDescription = {
  /** Its code. */
  code: string;
  /** Its name, in English. */
  en: string;
  /** Its levers, in order. */
  levers: Array<Named>;
  /** The products that it is about. */
  products: Array<Named>;
  /** All stages whose customers are its target. */
  stages: Array<Stage>;
  /** Its name, in Chinese. */
  zh: string;
};

/** Something to do about a stage's customers. */
export type TouchDescription = {
  /** The channels that carry it; empty for every channel. */
  channels: Array<Named>;
  /** What to do, in English. */
  en: string;
  /** What to do, in Chinese. */
  zh: string;
};

/** What the policy says of a stage (LCY-02, LCY-03, LCY-11 to LCY-15). */
export type StageDescription = {
  /** Digest of the policy. */
  digest: string;
  /** Its column of the matrix: the five marketing elements, each with its potential measures. */
  elements: Array<ElementDescription>;
  /** Its name, in English. */
  en: string;
  /** Its value levers, in the policy's order. */
  levers: Array<Named>;
  /** The programmes that have its customers as their target, in the policy's order. */
  programmes: Array<ProgrammeDescription>;
  /** Its key question. */
  question: Meaning;
  /** Whether that column is a reconstruction and not what the source says for certain. */
  reconstructed: boolean;
  /** The stage. */
  stage: Stage;
  /** What to do about its customers, in the policy's order. */
  touches: Array<TouchDescription>;
  /** Its name, in Chinese. */
  zh: string;
};

/** Something for each of the five marketing elements. */
export type ByElement = {
  /** Channel mix and its optimisation. */
  channel: Meaning;
  /** Customer retention and loyalty. */
  loyalty: Meaning;
  /** Product mix and pricing. */
  product: Meaning;
  /** Targeted advertising and promotion. */
  promotion: Meaning;
  /** Market segmentation and analysis. */
  segmentation: Meaning;
};

/** Something for each of the five marketing elements. */
export type ByElement2 = {
  /** Channel mix and its optimisation. */
  channel: ByStage2;
  /** Customer retention and loyalty. */
  loyalty: ByStage2;
  /** Product mix and pricing. */
  product: ByStage2;
  /** Targeted advertising and promotion. */
  promotion: ByStage2;
  /** Market segmentation and analysis. */
  segmentation: ByStage2;
};

/** Something for each of the five stages. */
export type ByStage = {
  /** Acquisition. */
  A: StageProfile;
  /** Build-up. */
  B: StageProfile;
  /** Climax. */
  C: StageProfile;
  /** Decline. */
  D: StageProfile;
  /** Exit. */
  E: StageProfile;
};

/** Something for each of the five stages. */
export type ByStage2 = {
  /** Acquisition. */
  A: Array<number>;
  /** Build-up. */
  B: Array<number>;
  /** Climax. */
  C: Array<number>;
  /** Decline. */
  D: Array<number>;
  /** Exit. */
  E: Array<number>;
};

/** The matrix of marketing elements and stages. */
export type Matrix = {
  /** Numbers of potential measures, by element and stage. */
  cells: ByElement2;
  /** Whether the cells are a reconstruction and not what the source says for certain. */
  reconstructed: boolean;
};

/** The programmes of the lifecycle. */
export type ProgrammesPolicy = {
  /** The channels through which a customer is touched, by code (LCY-11). */
  channels: Record<string, Meaning>;
  /** The five marketing elements (LCY-14). */
  elements: ByElement;
  /** The improvement measures that the revenue levers place, by number (LCY-17). */
  improvement_measures: Array<Measure>;
  /** Every lever that a stage or a stage programme may name, by code (LCY-03, LCY-12, LCY-13). */
  levers: Record<string, Meaning>;
  /** Which potential measures belong to an element at a stage (LCY-15). */
  matrix: Matrix;
  /** The potential measures that the matrix places, by number (LCY-15). */
  potential_measures: Array<Measure>;
  /** The products that a stage programme may name, by code (LCY-12, LCY-13). */
  products: Record<string, Meaning>;
  /** The levers that raise revenue, each with its improvement measures (LCY-16). */
  revenue_levers: Array<RevenueLever>;
  /** The programmes, each for one or more stages (LCY-12, LCY-13). */
  stage_programmes: Array<StageProgramme>;
  /** Name, key question and value levers of each stage (LCY-02, LCY-03). */
  stages: ByStage;
  /** What to do about customers of a stage, channel by channel (LCY-11). */
  touches: Array<Touch>;
};

/** A lever that raises revenue. */
export type RevenueLever = {
  /** Its code; unique. */
  code: string;
  /** What it is, in English. */
  en: string;
  /** Numbers of the improvement measures that pull it (LCY-17). */
  measures: Array<number>;
  /** What it is, in Chinese. */
  zh: string;
};

/** What a stage is called, what it asks, and what creates value in it. */
export type StageProfile = {
  /** Its name, in English. */
  en: string;
  /** The value levers, by code, in order (LCY-03). */
  levers: Array<string>;
  /** The key question (LCY-02). */
  question: Meaning;
  /** Its name, in Chinese. */
  zh: string;
};

/** A programme for customers of one or more stages. */
export type StageProgramme = {
  /** Its code; unique. */
  code: string;
  /** Its name, in English. */
  en: string;
  /** Its levers, by code, in order. */
  levers: Array<string>;
  /** The products that it is about, by code. */
  products: Array<string>;
  /** The stages whose customers are its target. */
  stages: Array<Stage>;
  /** Its name, in Chinese. */
  zh: string;
};

/** Something to do about customers of a stage. */
export type Touch = {
  /** The channels that carry it, by code; empty for every channel. */
  channels: Array<string>;
  /** What to do, in English. */
  en: string;
  /** The stages whose customers it is for. */
  stages: Array<Stage>;
  /** What to do, in Chinese. */
  zh: string;
};

/** All that the policy says should be done, as it says it. */
export type ListProgrammesResponse = {
  /** Digest of the policy. */
  digest: string;
  /** The policy's section `programmes`: what is named by code or number is declared beside it. */
  programmes: ProgrammesPolicy;
};

/** How to read them. */
export type AssignAttributesParams = {
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
};

/** The table of customers. */
export type AssignAttributesTables = {
  /** A row a customer, in any order. Key: `customer_id`. Also, as far as the policy's tables ask for them: the facts of the view that have one value, said of the customer, and the host's own. A column that is not there is unknown. */
  customers: Array<Record<string, unknown>>;
};

/** Customers whose attributes are asked for. */
export type AssignAttributesRequest = {
  /** The parameters. */
  params: AssignAttributesParams;
  /** The tables. */
  tables: AssignAttributesTables;
};

/** The attributes of every customer. */
export type AttributeTables = {
  /** A row a row of `customers`, in the same order; each depends on that row alone. */
  attributes: Array<AttributesRow>;
};

/** The attributes of a customer. */
export type AttributesRow = {
  /** The customer; null where it cannot be read. */
  customer_id?: string | null | undefined;
  /** What is wrong with the row, which then has no attributes; null where nothing is. */
  error?: Fault | null | undefined;
  /** The department that is responsible for the customer; null where no row of the policy decides: then it is the department of the customer's community, which the handle `organisation` knows. */
  marketing_attribute?: string | null | undefined;
  /** Why there is no marketing attribute: `NO_ROWS`, `NO_ROW_MATCHES` or `ROW_UNKNOWN`; null where there is one. */
  marketing_reason?: string | null | undefined;
  /** Where in the policy the row stands that decided, or that nobody could judge. */
  marketing_row?: string | null | undefined;
  /** The facts that would have to be known, of a row that nobody could judge. */
  marketing_unknown: Array<string>;
  /** The attribute that is reported to the group company, by code: the policy's `[division.statistics.codes]`. */
  statistics_attribute?: string | null | undefined;
  /** Why there is no statistics attribute: `NO_ROWS`, `NO_ROW_MATCHES` or `ROW_UNKNOWN`; null where there is one. */
  statistics_reason?: string | null | undefined;
  /** Where in the policy the row stands that decided, or that nobody could judge. */
  statistics_row?: string | null | undefined;
  /** The facts that would have to be known, of a row that nobody could judge. */
  statistics_unknown: Array<string>;
};

/** What was read. */
export type RowsReport = {
  /** Digest of the policy. */
  digest: string;
  /** Rows among them that break the contract. */
  errors: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Rows that came in. */
  rows: number;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** The attributes. */
export type AssignAttributesResponse = {
  /** What was read. */
  report: RowsReport;
  /** The tables. */
  tables: AttributeTables;
};

/** How to read them. */
export type RouteLeadsParams = {
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
};

/** The table of leads. */
export type RouteLeadsTables = {
  /** A row a lead, in any order. Key: `lead_id`. May be null: `finder` (which kind of unit found it: `community`, `key_account` or another word of the policy's rows), `statistics_attribute` and `community` of the customer whom it is about, and the host's own facts that the policy's rows ask for. */
  leads: Array<Record<string, unknown>>;
};

/** Leads to be handed over. */
export type RouteLeadsRequest = {
  /** The parameters. */
  params: RouteLeadsParams;
  /** The tables. */
  tables: RouteLeadsTables;
};

/** Where a lead goes. */
export type RouteRow = {
  /** What is wrong with the row, which then has no target; null where nothing is. */
  error?: Fault | null | undefined;
  /** The lead; null where it cannot be read. */
  lead_id?: string | null | undefined;
  /** Why there is no target: `NO_ROWS`, `NO_ROW_MATCHES`, `ROW_UNKNOWN` or `NO_COMMUNITY`; null where there is one. */
  routing_reason?: string | null | undefined;
  /** Where in the policy the row stands that decided, or that nobody could judge. */
  routing_row?: string | null | undefined;
  /** The facts that would have to be known, where a row cannot be judged or followed. */
  routing_unknown: Array<string>;
  /** The unit that it goes to, by id; null where no row of the policy decides. */
  target?: string | null | undefined;
  /** Whether the target is a unit that the policy names, or the lead's own community; null where no row decides. */
  target_kind?: TargetKind | null | undefined;
};

/** Where every lead goes. */
export type RouteTables = {
  /** A row a row of `leads`, in the same order; each depends on that row alone. */
  routes: Array<RouteRow>;
};

/** What the target of a lead is. */
export type TargetKind = "unit" | "community";

/** Where the leads go. */
export type RouteLeadsResponse = {
  /** What was read. */
  report: RowsReport;
  /** The tables. */
  tables: RouteTables;
};

/** Which day is asked about, and which cohort. */
export type DivisionWindowRequest = {
  /** The day. */
  as_of: string;
  /** The month in which the customers were created, `2024-05`; that of `as_of` unless given. */
  cohort?: string | null | undefined;
};

/** When a cohort is divided. */
export type DivisionWindowResponse = {
  /** The last day of its window. */
  closes: string;
  /** The cohort. */
  cohort: string;
  /** Days of the window that are left, the day itself among them; all of them before it opens, 0 once it has closed. */
  days_left: number;
  /** Whether it is open on the day. */
  is_open: boolean;
  /** The first day on which those are locked who were not divided. */
  locked_from: string;
  /** The last day of the lock; before `locked_from` where the policy locks nobody. */
  locked_until: string;
  /** The first day after the lock on which a window is open. */
  next_after_lock: string;
  /** The cohorts whose windows are open on the day, the earlier first. */
  open_cohorts: Array<string>;
  /** The first day of its window. */
  opens: string;
};

/** What is known of the log beside itself: without it, entries cut off at the end do not show. */
export type VerifyLogParams = {
  /** How many entries there are. */
  count?: number | null | undefined;
  /** The digest of the last one. */
  head?: string | null | undefined;
};

/** The log. */
export type VerifyLogTables = {
  /** The entries with all their fields, as the handle `adjustments` gave them, in their order. A field that is absent is null. */
  log: Array<Record<string, unknown>>;
};

/** A log, and what its keeper knows of it. */
export type VerifyLogRequest = {
  /** What is known of the log. */
  params: VerifyLogParams;
  /** The tables. */
  tables: VerifyLogTables;
};

/** Something that is wrong with a log. */
export type FindingRecord = {
  /** What is wrong. */
  finding: LogFinding;
  /** The number of the first entry that is concerned: of a missing one, the number that it had. Null where the log was written anew to its end. */
  seq?: number | null | undefined;
};

/** What is wrong with a log. */
export type LogFinding = "CHANGED" | "REMOVED" | "INSERTED" | "CUT" | "HEAD_MISMATCH";

/** What is wrong. */
export type VerifiedTables = {
  /** What is wrong first; no row where nothing is. */
  findings: Array<FindingRecord>;
};

/** The log as a whole. */
export type VerifyLogReport = {
  /** How many entries came in. */
  entries: number;
  /** The digest of the last entry; null of a log without entries. */
  head?: string | null | undefined;
  /** Whether nothing is wrong. */
  valid: boolean;
};

/** Whether a log is as it was written. */
export type VerifyLogResponse = {
  /** The log as a whole. */
  report: VerifyLogReport;
  /** The tables. */
  tables: VerifiedTables;
};

/** A task for a customer. */
export type AssignTaskRequest = {
  /** The customer's statistics attribute, such as `public` or `business`; null where nobody knows it. */
  attribute?: string | null | undefined;
  /** The customer's fee of a month; null where nobody knows it. */
  monthly_fee?: Money | null | undefined;
  /** A kind of task of the policy's `organisation.tasks`. */
  task: string;
};

/** A side of the work around a community. */
export type Duty = "marketing" | "maintenance";

/** Whether a manager of a community may have the task. */
export type AssignTaskResponse = {
  /** The side of the work. */
  duty: Duty;
  /** Whether he may; null where that depends on what nobody knows. */
  may_assign?: boolean | null | undefined;
  /** Where the policy says so. */
  policy_path: string;
};

/** A claim of one channel. */
export type ChannelClaim = {
  /** A kind of channel of the policy's `organisation.channel_kinds`. */
  channel_kind: string;
  /** Whether the order is valid. */
  is_valid: boolean;
  /** The order. */
  order_id: string;
  /** The day of the order. */
  ordered_on: string;
};

/** Who claims a sale. */
export type JudgeChannelConflictRequest = {
  /** The claims, in the order in which they came in. */
  claims: Array<ChannelClaim>;
};

/** Between whom channels are in conflict. */
export type ChannelConflict = "internal" | "external";

/** What kind of conflict it is, and whose the sale is. */
export type JudgeChannelConflictResponse = {
  /** What kind of conflict it is. */
  conflict: ChannelConflict;
  /** The first valid order, of one day the one that came in first; null where none is valid. */
  order_id?: string | null | undefined;
};

/** How far each feed has come. */
export type CheckFeedsRequest = {
  /** The day as of which is asked, its end. */
  as_of: string;
  /** By feed, as the policy names them: of a daily or weekly one the date on which it came last, of a monthly one the newest month that is loaded, or a date in it. A feed that is null or not there has never come. */
  feeds: Record<string, string | null>;
};

/** What an age counts. */
export type AgeUnit = "days" | "months";

/** How often a feed comes. */
export type Cadence = "daily" | "weekly" | "monthly";

/** How fresh a feed is. */
export type FeedVerdict = {
  /** Its age; null where it has never come. */
  age?: number | null | undefined;
  /** How often it comes. */
  cadence: Cadence;
  /** What it brings, in English. */
  en: string;
  /** The feed. */
  feed: string;
  /** The greatest age at which it is fresh. */
  limit: number;
  /** How far it has come, as the host says; null where it has never come. */
  newest?: string | null | undefined;
  /** Why it is stale: `STALE_FEED` or `NEVER_SYNCED`; null where it is fresh. */
  reason?: string | null | undefined;
  /** What both count. */
  unit: AgeUnit;
  /** Whether results may rely on it. */
  verdict: Freshness;
  /** What it brings, in Chinese. */
  zh: string;
};

/** Whether results may rely on a feed. */
export type Freshness = "fresh" | "stale";

/** What a result needs, and what of it is stale: then the result has to say so (DAT-05). */
export type ResultVerdict = {
  /** The rule, of a `warning`; null otherwise. */
  code?: string | null | undefined;
  /** The feeds that it needs, by name. */
  feeds: Array<string>;
  /** The result: `placing`, `credit`, `tier`, `warning`, `stage`, … */
  result: string;
  /** Those of them that are stale; empty where it may be relied on. */
  stale_feeds: Array<string>;
};

/** How fresh the feeds are, and what stale ones touch. */
export type CheckFeedsResponse = {
  /** The day as of which was asked. */
  as_of: string;
  /** Digest of the policy. */
  digest: string;
  /** Every feed of the policy, by name. */
  feeds: Array<FeedVerdict>;
  /** Every result, with the feeds that it needs: those that the policy names, then `tier`, each `warning` that is evaluated, `stage`, and the attributes that customers are given. */
  results: Array<ResultVerdict>;
  /** The feeds that are stale, by name. */
  stale_feeds: Array<string>;
};

/** How to decide the rows of batches: as in the record form, and which columns the result has. */
export type ClassifyBatchParams = {
  /** Give the view's own columns, all of them and as they are, before the result's; what the result only repeats of the view (`user_id`, `customer_id`, `status`, `months_since_exit`) is then left out. */
  append?: boolean | undefined;
  /** The end of this day. */
  as_of: string;
  /** The result's columns, in the contract's order; all but `evidence` unless given. What is not asked for is not computed. */
  columns?: Array<DecisionColumn> | null | undefined;
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
  /** Refuse all rows if one breaks the contract, or if a column that is no fact is named nearly like one that is missing; otherwise such a row is returned with `error`, such a column is not read, and the others go on. */
  strict?: boolean | undefined;
};

/** What a registry holds, and what changes in it. The first five are loaded whole or not at all: a key that repeats, here or in the registry, a segment that overlaps another, a cell that is no value refuse them all. Then the changes follow, one by one. */
export type RegistryTables = {
  /** Billing areas: `billing_area` and its `unassigned_community`, null where it has none. */
  billing_areas?: Array<Record<string, unknown>> | null | undefined;
  /** Cross-connect boxes: `box` and its `community`. */
  boxes?: Array<Record<string, unknown>> | null | undefined;
  /** Changes, in order: `kind`, and what it needs of `customer_id`, `account_id`, `community`, `box`. `new_customer` needs customer and community; `new_contract` account and customer; `move_box` box and community; `move_customer` the customer and at least one of community and box. The table `commands` of an answer, with the host's `customer_id`, is such a table. */
  changes?: Array<Record<string, unknown>> | null | undefined;
  /** Contract numbers: `account_id` and the `customer_id` that owns it. */
  contracts?: Array<Record<string, unknown>> | null | undefined;
  /** Customers: `customer_id`; `community`, the code of the community, contracted area or unassigned community that it is in, and `box`, the cross-connect box of its first user, may be null. */
  customers?: Array<Record<string, unknown>> | null | undefined;
  /** Number segments: either `prefix`, or `from` and `to` (inclusive, of as many digits); either `community` or `contracted_area`. Blanks and hyphens do not count; a number has at most 18 digits. A range covers numbers of its own length, a prefix longer ones too; of several, the one that covers the fewest numbers wins. One may lie within another. */
  segments?: Array<Record<string, unknown>> | null | undefined;
};

/** What a registry is told. */
export type RegistryUpdate = {
  /** The tables. */
  tables?: RegistryTables | undefined;
};

/** A customer whose first user is at a box that moved (DIV-20). */
export type AffectedByChange = {
  /** The box. */
  box: string;
  /** Where the customer is, which the box's move does not alter; null where nobody knows. */
  community?: string | null | undefined;
  /** The customer. */
  customer_id: string;
  /** The change, by its place in `changes`, from 0. */
  row: number;
};

/** Rows by table; of a table that was not given, nothing. */
export type UpdatedRows = {
  /** Billing areas. */
  billing_areas?: number | null | undefined;
  /** Boxes. */
  boxes?: number | null | undefined;
  /** Changes. */
  changes?: number | null | undefined;
  /** Contract numbers. */
  contracts?: number | null | undefined;
  /** Customers. */
  customers?: number | null | undefined;
  /** Number segments. */
  segments?: number | null | undefined;
};

/** What the changes touched, and those that were not made. */
export type UpdatedTables = {
  /** Customers of the boxes that moved, ordered by change and customer. */
  affected: Array<AffectedByChange>;
  /** Changes that were not made, each with its reason, in the order in which they came. */
  rejects: Array<Reject>;
};

/** What became of an update. */
export type RegistryUpdated = {
  /** Changes that were made. */
  applied: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Changes that were not; with those made they are all that came in. */
  rejected: number;
  /** Rows that came in, of the tables that were given. */
  rows: UpdatedRows;
  /** The tables. */
  tables: UpdatedTables;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** Who is to be placed, and which boxes are asked for. */
export type AskedTables = {
  /** Boxes to look up: `box`. */
  boxes?: Array<Record<string, unknown>> | null | undefined;
  /** New users, in the order in which they are placed: `user_id`; `account_id`, the contract number (合同号), without which the user is a customer of its own; `service_number` (personal), `box`, `billing_area`; `activated_on`; `has_line_data`, whether its line data has come: where null, it has if there is a box. */
  users?: Array<Record<string, unknown>> | null | undefined;
};

/** What a registry is asked. */
export type RegistryQuery = {
  /** The tables. */
  tables: AskedTables;
};

/** A customer whose first user's box was asked for. */
export type AffectedCustomer = {
  /** The box. */
  box: string;
  /** Where the customer is; null where nobody knows. */
  community?: string | null | undefined;
  /** The customer. */
  customer_id: string;
};

/** Placements, and what is known of boxes. */
export type AnsweredTables = {
  /** The customers whose first user's box it is, ordered by box and customer; absent where no boxes were asked for. */
  affected?: Array<AffectedCustomer> | null | undefined;
  /** One row a box, in the order of the question; absent where no boxes were asked for. */
  boxes?: Array<BoxRecord> | null | undefined;
  /** One row a new customer, by its number; absent where no users were asked for. */
  commands?: Array<NewCustomer> | null | undefined;
  /** One row a user, in the order of `users`; absent where no users were asked for. */
  placements?: Array<PlacementRecord> | null | undefined;
};

/** A box. */
export type BoxRecord = {
  /** The box. */
  box: string;
  /** Its community; null where it is mapped to none. */
  community?: string | null | undefined;
  /** How many customers there are whose first user's box it is. */
  customers: number;
};

/** A customer to be made: the host gives it an id and hands it to the registry, as a change (DIV-02). */
export type NewCustomer = {
  /** Its contract number; null where it has none. */
  account_id?: string | null | undefined;
  /** When its first user was activated; null where nobody says. */
  activated_on?: string | null | undefined;
  /** The box of its first user; null where it has none. */
  box?: string | null | undefined;
  /** The community, contracted area or unassigned community that it is in. */
  community?: string | null | undefined;
  /** `new_customer`. */
  kind: string;
  /** Its number in this call, from 1, in the order of its first users. */
  new_customer: number;
  /** Whether its line data is still to come and may lead elsewhere (DAT-06). */
  pending_line: boolean;
  /** Where it is. */
  placement: Placement;
  /** Its first user. */
  user_id: string;
};

/** Where a user ends (DIV-05). */
export type Placement = "merged" | "community" | "contracted_area" | "unassigned";

/** Where a user belongs. */
export type PlacementRecord = {
  /** The community, contracted area or unassigned community that it belongs to, of merged users the customer's; null where the registry does not know that, and in error. */
  community?: string | null | undefined;
  /** Where the other one of box and segment leads, if they disagree; null otherwise. */
  conflicts_with?: string | null | undefined;
  /** The customer that it is merged into, where the registry knows it; null otherwise. */
  customer_id?: string | null | undefined;
  /** Why the user cannot be placed; null where it is. */
  error?: Fault | null | undefined;
  /** The new customer that it makes or is merged into: its number in `commands`; null of customers that the registry knows. */
  new_customer?: number | null | undefined;
  /** Where it ends; null in error. */
  placement?: Placement | null | undefined;
  /** Why, and remarks: `CONTRACT_KNOWN` (DIV-01), `CONTRACT_REPEATED` (DIV-06), `BOX_KNOWN`, `SEGMENT_KNOWN` (DIV-03), `LOCATION_UNKNOWN` (DIV-04); `LOCATION_CONFLICT`, `PENDING_LINE` (DAT-06). */
  reasons: Array<string>;
  /** The user; null where it is missing, which is an error. */
  user_id?: string | null | undefined;
};

/** How many users ended where. */
export type PlacingReport = {
  /** In a community as a new customer. */
  community: number;
  /** Users whose box and segment disagree. */
  conflicts: number;
  /** In a contracted area as a new customer. */
  contracted_area: number;
  /** Digest of the policy. */
  digest: string;
  /** In error. */
  errors: number;
  /** Merged into a customer. */
  merged: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** New customers. */
  new_customers: number;
  /** New customers whose line data is still to come. */
  pending_line: number;
  /** In an unassigned community as a new customer. */
  unassigned: number;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
  /** Users that came in: the sum of the five figures that follow. */
  users: number;
};

/** What a registry knows; of what was not asked nothing is said. */
export type RegistryAnswer = {
  /** Counts of the placements; absent where no users were asked for. */
  report?: PlacingReport | null | undefined;
  /** The tables. */
  tables: AnsweredTables;
};

/** What an organisation is told: the host loads units, links, persons and grants, in any order of their rows, and makes the changes in their order. A row that was told before is nothing new. One fault, and nothing is told at all. */
export type OrganisationUpdateTables = {
  /** Changes, made one after the other: `change`, `on`, and what that kind of change speaks of. One made `by` a person is refused unless that person may make it. */
  changes?: Array<Record<string, unknown>> | null | undefined;
  /** Roles that people hold, on the host's own authority: `person_id`, `role`, `unit_id`, `valid_from?`, `valid_to?`, `granted_by?`. */
  grants?: Array<Record<string, unknown>> | null | undefined;
  /** Which unit lies above which one: `tree` (`region`, `channel`, `operations`), `unit_id`, `parent_id?` (null: the root), `valid_from?`, `valid_to?`. On days on which the unit is not there, its links say nothing. */
  links?: Array<Record<string, unknown>> | null | undefined;
  /** People: `person_id`, `unit_id?` (where the person works), `valid_from?`, `valid_to?`. Their names are the host's business. */
  persons?: Array<Record<string, unknown>> | null | undefined;
  /** Units: `unit_id`, `name`, `name_zh?`, `level`, `is_unassigned?` (whether it collects the customers that no community has yet), `valid_from?`, `valid_to?` (both inclusive; null is open). A unit that was renamed has a row for each name. */
  units?: Array<Record<string, unknown>> | null | undefined;
};

/** Tables to load, and changes to make. */
export type OrganisationUpdate = {
  /** The tables. */
  tables: OrganisationUpdateTables;
};

/** What became of an update: rows that were told, and the changes made. */
export type OrganisationUpdated = {
  /** Changes made. */
  changes: number;
  /** Rows of `grants`. */
  grants: number;
  /** Rows of `links`. */
  links: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Rows of `persons`. */
  persons: number;
  /** Rows of `units`. */
  units: number;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** What an organisation tells of itself when asked. */
export type Asked = "units" | "persons" | "grants" | "history" | "successions" | "findings" | "scope" | "menu";

/** About which day, and what, an organisation is asked. */
export type OrganisationQueryParams = {
  /** The day. */
  as_of: string;
  /** What it tells of itself, beside the answers to the tables; in batches other tables have no rows. */
  ask?: Array<Asked> | undefined;
  /** Whether units that are no leaves are left out, too. */
  leaves_only?: boolean | undefined;
  /** What bare integer amounts count. */
  money_unit?: MoneyUnit | null | undefined;
  /** Whose `scope`, `menu` and `visible` rows these are. */
  person_id?: string | null | undefined;
  /** The tree in which `under` is meant, `region` unless given; `totals` are formed along it, along `region` and `channel` unless given. */
  tree?: Tree | null | undefined;
  /** The same of the units at and below this one. */
  under?: string | null | undefined;
  /** Of `units`, `history`, `successions`, `findings` and `scope` only what is about one of these units; empty for all. */
  unit_ids?: Array<string> | undefined;
};

/** Tables about which an organisation is asked; each that is given is answered. */
export type OrganisationQueryTables = {
  /** Who wants to do what: `person_id`, `action`, `source?`, `target?`, `as_of?` (the query's unless given), `second_approver?`. Answered by `decisions`. */
  requests?: Array<Record<string, unknown>> | null | undefined;
  /** Rows of any table with `community?`; answered by `visible`, for the person of the query. Other columns are not read. */
  rows?: Array<Record<string, unknown>> | null | undefined;
  /** Values of units: `unit_id`, `amount?`, `count?`; answered by `totals`, `unshared` and `rejects`. */
  values?: Array<Record<string, unknown>> | null | undefined;
};

/** A way in which units lie above one another. */
export type Tree = "region" | "channel" | "operations";

/** What is asked of an organisation. */
export type OrganisationQuery = {
  /** The parameters. */
  params: OrganisationQueryParams;
  /** The tables. */
  tables?: OrganisationQueryTables | undefined;
};

/** What is changed. */
export type ChangeKind = "add_unit" | "rename_unit" | "move_unit" | "merge_unit" | "split_unit" | "close_unit" | "add_person" | "modify_person" | "deactivate_person" | "grant" | "revoke";

/** Something odd about a unit. */
export type Finding = {
  /** What is odd: `LEVEL_SKIPPED`, `UNIT_UNPLACED`, `IN_ONE_TREE`, `VACANT` or `TOO_MANY_MANAGERS`. */
  code: string;
  /** What was found: the levels, or the managers. */
  found: string;
  /** The tree that it is odd in, where it is one. */
  tree?: Tree | null | undefined;
  /** The unit. */
  unit_id: string;
};

/** A role that somebody holds. */
export type GrantRecord = {
  /** Who granted it; null where the host did. */
  granted_by?: string | null | undefined;
  /** The person. */
  person_id: string;
  /** The role. */
  role: string;
  /** The unit whose subtree is its scope. */
  unit_id: string;
  /** The first day; null where it has been held ever since. */
  valid_from?: string | null | undefined;
  /** The last day; null where nobody knows an end. */
  valid_to?: string | null | undefined;
};

/** A change that was made. */
export type HistoryRecord = {
  /** The person who changed it and was allowed to; null where the host did, on its own authority. */
  by?: string | null | undefined;
  /** What is changed. */
  change: ChangeKind;
  /** The units that take its place. */
  into: Array<string>;
  /** Whether it collects the customers that no community has yet. */
  is_unassigned?: boolean | null | undefined;
  /** Its level. */
  level?: string | null | undefined;
  /** Its name. */
  name?: string | null | undefined;
  /** Its name in Chinese, where that is another one. */
  name_zh?: string | null | undefined;
  /** Its number, from 1, in the order in which changes were made. */
  number: number;
  /** The first day on which it is so. */
  on: string;
  /** The unit above it; of the root null. */
  parent_id?: string | null | undefined;
  /** The person. */
  person_id?: string | null | undefined;
  /** The role. */
  role?: string | null | undefined;
  /** Another person, who approved it; for actions that the policy calls sensitive. */
  second_approver?: string | null | undefined;
  /** The tree in which it hangs. */
  tree?: Tree | null | undefined;
  /** The unit. */
  unit_id?: string | null | undefined;
  /** The last day. */
  until?: string | null | undefined;
};

/** Something that a person finds in the menu. */
export type MenuRecord = {
  /** The action. */
  action: string;
  /** The item of the main menu. */
  menu: string;
  /** The role that allows it. */
  role: string;
  /** The unit at which the role is held. */
  unit_id: string;
};

/** What answers rest on. */
export type OrganisationReport = {
  /** The day. */
  as_of: string;
  /** Digest of the policy. */
  digest: string;
  /** Whether the person of the query is known and active; null where none is named. One who is not sees nothing. */
  is_active?: boolean | null | undefined;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** The tables that were asked for. */
export type OrganisationTables = {
  /** A row a request, in their order. */
  decisions?: Array<PermissionRecord> | null | undefined;
  /** What is odd, in the order of the units' ids. */
  findings?: Array<Finding> | null | undefined;
  /** The roles held on the day, in the order of people, roles and units. */
  grants?: Array<GrantRecord> | null | undefined;
  /** The changes that hold on the day, in the order in which they were made. */
  history?: Array<HistoryRecord> | null | undefined;
  /** What the person finds in the menu, in the order of menus and actions. */
  menu?: Array<MenuRecord> | null | undefined;
  /** The people active on the day, in the order of their ids. */
  persons?: Array<PersonRecord> | null | undefined;
  /** The values that do not count, and the requests that cannot be read, which are denied. */
  rejects?: Array<Reject> | null | undefined;
  /** The units that the person sees, in the order of their ids. */
  scope?: Array<ScopeRecord> | null | undefined;
  /** Which units took the place of which, in the order of their ids. */
  successions?: Array<SuccessionRecord> | null | undefined;
  /** What each unit's subtree sums up to, tree by tree, in the order of the units' ids. */
  totals?: Array<Total> | null | undefined;
  /** The units of the day, in the order of their ids. */
  units?: Array<UnitRecord> | null | undefined;
  /** The values by which the trees' totals differ, in the order of the units' ids. */
  unshared?: Array<Unshared> | null | undefined;
  /** A row a row, in their order. */
  visible?: Array<VisibleRecord> | null | undefined;
};

/** Whether somebody may do something. */
export type Permission = "allowed" | "needs_second_approval" | "denied";

/** A decision about a request, with what an audit asks for (ORG-08). */
export type PermissionRecord = {
  /** What. */
  action?: string | null | undefined;
  /** The role that allows it to the second approver, where one is needed. */
  approver_role?: string | null | undefined;
  /** The unit at which that role is held. */
  approver_unit_id?: string | null | undefined;
  /** The day. */
  as_of: string;
  /** Whether the action is sensitive. */
  is_sensitive: boolean;
  /** Whether the person may. */
  outcome: Permission;
  /** Who wants to. */
  person_id?: string | null | undefined;
  /** Everything that is missing: codes, in the order person, action, units, role, scope, second approval. */
  reasons: Array<string>;
  /** The role that allows it to the person; null where none does. */
  role?: string | null | undefined;
  /** Who approves. */
  second_approver?: string | null | undefined;
  /** From where. */
  source?: string | null | undefined;
  /** Where, or to where. */
  target?: string | null | undefined;
  /** The unit at which that role is held. */
  unit_id?: string | null | undefined;
};

/** A person on a day. */
export type PersonRecord = {
  /** The person. */
  person_id: string;
  /** The unit that the person works in; null where nobody said. */
  unit_id?: string | null | undefined;
};

/** A unit that a person sees. */
export type ScopeRecord = {
  /** The unit. */
  unit_id: string;
};

/** A unit that took the place of another one. */
export type SuccessionRecord = {
  /** The first day on which it is. */
  on: string;
  /** The unit in its place. */
  successor_id: string;
  /** The unit that was merged or split. */
  unit_id: string;
};

/** What a unit's subtree sums up to. */
export type Total = {
  /** The sum of the amounts; null where the table has none. */
  amount?: Money | null | undefined;
  /** The sum of the counts; null where the table has none. */
  count?: number | null | undefined;
  /** The rows that count. */
  rows: number;
  /** The tree. */
  tree: Tree;
  /** The unit; its own values and those of everything below it count. */
  unit_id: string;
};

/** A unit on a day. */
export type UnitRecord = {
  /** The unit above it in the channel tree. */
  channel_parent?: string | null | undefined;
  /** The names from the root of the channel tree down to it. */
  channel_path?: string | null | undefined;
  /** The department responsible for it: the nearest one above it in the channel tree (DIV-17). */
  department?: string | null | undefined;
  /** Whether it collects the customers that no community has yet. */
  is_unassigned: boolean;
  /** Its level. */
  level: string;
  /** The local-network channel that it belongs to. */
  local_channel?: string | null | undefined;
  /** The people who manage it (DIV-22), in the order of their ids. */
  managers: Array<string>;
  /** What it is called. */
  name: string;
  /** What it is called in Chinese, where that is another name. */
  name_zh?: string | null | undefined;
  /** The unit above it in the operations tree. */
  operations_parent?: string | null | undefined;
  /** The names from the root of the operations tree down to it. */
  operations_path?: string | null | undefined;
  /** The unit above it in the region tree; null for the root, and where it does not hang there. */
  region_parent?: string | null | undefined;
  /** The names from the root of the region tree down to it, parted by `/`; null where it does not hang there. */
  region_path?: string | null | undefined;
  /** The unit. */
  unit_id: string;
};

/** Values of a unit that does not hang in every tree that was asked for: by so much the totals of the trees differ. */
export type Unshared = {
  /** The sum of its amounts; null where the table has none. */
  amount?: Money | null | undefined;
  /** The sum of its counts; null where the table has none. */
  count?: number | null | undefined;
  /** Its rows. */
  rows: number;
  /** The trees in which it hangs, of those that were asked for. */
  trees: Array<Tree>;
  /** The unit. */
  unit_id: string;
};

/** Whether a row may be seen. */
export type VisibleRecord = {
  /** Whether the person sees its community; no where nobody knows the community. */
  is_visible: boolean;
};

/** What an organisation answers. */
export type OrganisationAnswer = {
  /** What the answers rest on. */
  report: OrganisationReport;
  /** The tables that were asked for. */
  tables: OrganisationTables;
};

/** What the handle is opened with. */
export type AdjustmentsParams = {
  /** The organisation: the text that the handle `organisation` was serialised as, under the same policy. */
  organisation: string;
};

/** Who acts, and when. */
export type ActingParams = {
  /** Who acts: needed with events and sheets. */
  actor?: string | null | undefined;
  /** The day: needed with events and sheets, and not before that of the newest entry of the log. */
  as_of?: string | null | undefined;
  /** When, for the log, as the host writes it. */
  at?: string | null | undefined;
  /** Whether one event that is denied leaves all of them undone. */
  atomic?: boolean | undefined;
  /** What the log calls the set. */
  batch_id?: string | null | undefined;
  /** What the rows of a sheet are: `assign_community` unless given, or `assign_channel`. */
  event?: EventKind | null | undefined;
  /** A newer state of the organisation, which counts from now on. */
  organisation?: string | null | undefined;
  /** Who approves: sheets and exports need another person who may do the same (ORG-08). */
  second_approver?: string | null | undefined;
  /** Whether one bad row rejects the sheet. */
  strict?: boolean | undefined;
};

/** What came in, in this order. */
export type AdjustmentsUpdateTables = {
  /** Customers: `customer_id`; `created_on`, whose month is the cohort; `community`, where placing put it; `line_data_on`, when the line data of its first user came, null where it has not. One in a community or contracted area is divided. */
  customers?: Array<Record<string, unknown>> | null | undefined;
  /** What happens, each event on what those before left: `customer_id`, `event`; `claims` and, where the actor has roles of several, `department` (of `confirm`); `target` (of the moves); `effective_month`, the month of `as_of` unless given; `reason`. */
  events?: Array<Record<string, unknown>> | null | undefined;
  /** Line data that came later: `customer_id`, `line_data_on` (DAT-06). */
  lines?: Array<Record<string, unknown>> | null | undefined;
  /** An adjustment sheet (DIV-15); as a table of Arrow its columns are the header. */
  sheet?: Sheet | null | undefined;
};

/** What happens to a customer in the cycle. */
export type EventKind = "export" | "confirm" | "submit" | "assign_channel" | "assign_community";

/** A sheet as it was read. */
export type Sheet = {
  /** Its first row. */
  header: Array<string>;
  /** The others, each as long as the header; cells are texts, numbers or null. */
  rows: Array<Array<unknown>>;
};

/** What the handle is told. */
export type AdjustmentsUpdate = {
  /** Who acts, and when. */
  params?: ActingParams | undefined;
  /** The tables. */
  tables?: AdjustmentsUpdateTables | undefined;
};

/** How many rows there were. */
export type AdjustedReport = {
  /** Those that happened. */
  accepted: number;
  /** Customers that were added. */
  customers: number;
  /** The digest of the last one; 64 zeros of a log without entries. */
  head: string;
  /** Customers whose line data came. */
  lines: number;
  /** Entries in the log by now. */
  log_entries: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Those that were denied. */
  rejected: number;
  /** Events and rows of sheets that came in: the sum of the two figures that follow. */
  rows: number;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** What became of the rows. */
export type AdjustedTables = {
  /** The entries that were written. */
  log: Array<LogEntry>;
  /** Rows of `customers` and `lines` that do not count, each with its reason. */
  rejects: Array<Reject>;
  /** One row an event or row of a sheet, in their order; absent where none were given. */
  results?: Array<ResultRecord> | null | undefined;
};

/** A department that confirms new customers (DIV-08), in the order of their priority. */
export type Department = "key_account" | "business" | "contracted";

/** One entry of the log. */
export type LogEntry = {
  /** Who did it. */
  actor: string;
  /** The day on which it was judged. */
  as_of: string;
  /** When, as the host says it; null where it does not. */
  at?: string | null | undefined;
  /** The set that it belongs to; null where it is none. */
  batch_id?: string | null | undefined;
  /** Whether that department claims the customer; null of other events. */
  claims?: boolean | null | undefined;
  /** The customer. */
  customer_id: string;
  /** The department that answered; null of other events. */
  department?: Department | null | undefined;
  /** SHA-256, in hexadecimal, of this entry's canonical JSON without `digest`: keys sorted, no spaces, nulls written. */
  digest: string;
  /** The day from which the community after owns the customer; null where it does not move. */
  effective_on?: string | null | undefined;
  /** What happened. */
  event: EventKind;
  /** The local-network channel of the community before; null where it hangs in none. */
  from_channel?: string | null | undefined;
  /** Its community before. */
  from_community: string;
  /** The customer's state before. */
  from_state: State;
  /** The digest of the entry before; 64 zeros of the first. */
  previous: string;
  /** Why, as the actor says; null where he does not. */
  reason?: string | null | undefined;
  /** The role that allowed it. */
  role: string;
  /** Who approved; null where nobody did. */
  second_approver?: string | null | undefined;
  /** Its number, from 1. */
  seq: number;
  /** The local-network channel of the community after; null where it hangs in none. */
  to_channel?: string | null | undefined;
  /** Its community after. */
  to_community: string;
  /** The customer's state after. */
  to_state: State;
};

/** What became of an event, or of a row of a sheet. */
export type ResultRecord = {
  /** Whether it happened. */
  accepted: boolean;
  /** The customer; null where the row names none. */
  customer_id?: string | null | undefined;
  /** Everything that speaks against it, in the order transition, role, scope, target, lock, window, second approval. */
  denials: Array<Fault>;
  /** `CLAIM_CONFLICT` where departments claim the customer against one another. */
  remarks: Array<string>;
  /** Its place in its table, from 0. */
  row: number;
  /** The number of its entry in the log; null where it was denied. */
  seq?: number | null | undefined;
  /** The customer's state after it; null where nobody knows the customer. */
  state?: State | null | undefined;
};

/** Where a customer stands in the cycle. */
export type State = "new" | "exported" | "confirmed" | "submitted" | "channel_assigned" | "community_assigned";

/** What became of an update. */
export type AdjustmentsUpdated = {
  /** The counts. */
  report: AdjustedReport;
  /** The tables. */
  tables: AdjustedTables;
};

/** What else is asked. */
export type AdjustmentsQueryParams = {
  /** Who would act: needed with events. */
  actor?: string | null | undefined;
  /** The day: needed with events and for customers. */
  as_of?: string | null | undefined;
  /** Whether one event that is denied would leave all of them undone. */
  atomic?: boolean | undefined;
  /** The cohort whose customers are asked for, `2024-05`. */
  cohort?: string | null | undefined;
  /** The customers who are asked for, by id. */
  customers?: Array<string> | null | undefined;
  /** Which entries of the log are asked for (DIV-16). */
  log?: LogQuery | null | undefined;
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
  /** Who would approve. */
  second_approver?: string | null | undefined;
  /** Only those that are not divided yet (DIV-14). */
  undivided?: boolean | undefined;
};

/** Questions by row. */
export type AdjustmentsQueryTables = {
  /** What would become of events (a preview): as in an update, with the customer's `revenue`, an amount, for the effects. */
  events?: Array<Record<string, unknown>> | null | undefined;
  /** Who owned a customer on a day: `customer_id`, `on`. */
  owners?: Array<Record<string, unknown>> | null | undefined;
};

/** Which entries of the log are asked for: those that are all of this. */
export type LogQuery = {
  /** Of this actor. */
  actor?: string | null | undefined;
  /** Of this set. */
  batch_id?: string | null | undefined;
  /** Of this customer. */
  customer_id?: string | null | undefined;
  /** From this day on. */
  from?: string | null | undefined;
  /** From this number on. */
  from_seq?: number | null | undefined;
  /** Until this day. */
  to?: string | null | undefined;
};

/** What the handle is asked. */
export type AdjustmentsQuery = {
  /** What else is asked. */
  params?: AdjustmentsQueryParams | undefined;
  /** The tables. */
  tables?: AdjustmentsQueryTables | undefined;
};

/** What was asked. */
export type AdjustmentsTables = {
  /** The customers, ordered by id. */
  customers?: Array<CycleRecord> | null | undefined;
  /** What they would move, by community. */
  effects?: Array<EffectRecord> | null | undefined;
  /** The entries of the log. */
  log?: Array<LogEntry> | null | undefined;
  /** One row a question of `owners`, in their order. */
  owners?: Array<OwnerRecord> | null | undefined;
  /** What would become of the events, one row each; nothing has happened. */
  results?: Array<ResultRecord> | null | undefined;
};

/** What is known of a cohort (DIV-10, DIV-11). */
export type CohortReport = {
  /** The month. */
  cohort: string;
  /** Its customers. */
  customers: number;
  /** Days of it that are left. */
  days_left: number;
  /** Whether it is open. */
  is_open: boolean;
  /** Those whose line data had not come by the last day of the window; 0 before it. */
  late: number;
  /** Those that were not when the window closed; 0 while it is open. */
  overdue: number;
  /** Those that are not divided. */
  undivided: number;
  /** The last day of its window. */
  window_closes: string;
  /** The first day of its window. */
  window_opens: string;
};

/** A customer in the cycle. */
export type CycleRecord = {
  /** The local-network channel of that; null where it hangs in none. */
  channel?: string | null | undefined;
  /** The department that claims it; null where none does, or not all have answered, or several do. */
  claimed_by?: Department | null | undefined;
  /** The month of that. */
  cohort: string;
  /** Where the last entry of the log put it. */
  community: string;
  /** When it was created. */
  created_on: string;
  /** The customer. */
  customer_id: string;
  /** Whether its line data had not come by the last day of its window; not before that day. */
  is_late: boolean;
  /** Whether it is not divided yet (DIV-14). */
  is_undivided: boolean;
  /** The first day on which it is locked; null where it is not, or not yet. */
  locked_from?: string | null | undefined;
  /** The last day on which it is. */
  locked_until?: string | null | undefined;
  /** The first day from `as_of` on on which it may move; null where none is in sight. */
  next_window?: string | null | undefined;
  /** Where it stands. */
  state: State;
};

/** What a set of moves takes from a community and gives to it. */
export type EffectRecord = {
  /** The community. */
  community: string;
  /** Customers that enter it. */
  customers_in: number;
  /** Customers that leave it. */
  customers_out: number;
  /** Their revenue, in yuan; null where an event of theirs does not say. */
  revenue_in?: Money | null | undefined;
  /** Their revenue, in yuan; null where an event of theirs does not say. */
  revenue_out?: Money | null | undefined;
};

/** Who owned a customer on a day. */
export type OwnerRecord = {
  /** The community that owned it; null before it was created, and in error. */
  community?: string | null | undefined;
  /** The customer; null where the row names none, which is an error. */
  customer_id?: string | null | undefined;
  /** Why nobody can tell; null where it is told. */
  error?: Fault | null | undefined;
  /** The day. */
  on?: string | null | undefined;
  /** Since when. */
  since?: string | null | undefined;
};

/** What the handle knows; of what was not asked nothing is said. */
export type AdjustmentsAnswer = {
  /** What is known of the cohort; absent where none was asked for. */
  report?: CohortReport | null | undefined;
  /** The tables. */
  tables: AdjustmentsTables;
};

/** Classified rows, and what other handles were told. */
export type CustomersUpdate = {
  /** Serialised states of handles of the same kind and policy, to be merged into this one. */
  states?: Array<string> | undefined;
  /** The tables. */
  tables?: CustomersTables | null | undefined;
};

/** The rows that do not count. */
export type RejectTables = {
  /** Rows that do not count, each with its reason, in the order in which they came. */
  rejects: Array<Reject>;
};

/** What became of an update. */
export type CustomersUpdated = {
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Rows among them that do not count. */
  rejected: number;
  /** Rows that came in with this update, the states' not among them. */
  rows: number;
  /** The tables. */
  tables: RejectTables;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** The customers. */
export type CustomerTables = {
  /** A row a customer: ordered by `customer_id`; users that are customers of their own follow, ordered by `user_id`. */
  customers: Array<CustomerRecord>;
};

/** What the customers were made of. */
export type CustomersReport = {
  /** Customers. */
  customers: number;
  /** Digest of the policy. */
  digest: string;
  /** Rows among them that do not count. */
  rejected: number;
  /** Rows that came in. */
  rows: number;
};

/** What is known of the customers. */
export type CustomersAnswer = {
  /** What it was made of. */
  report: CustomersReport;
  /** The tables. */
  tables: CustomerTables;
};

/** Classified rows with what earlier runs decided about them, and what other handles were told. */
export type StagesUpdate = {
  /** Serialised states of handles of the same kind, day and policy, to be merged into this one. */
  states?: Array<string> | undefined;
  /** The tables. */
  tables?: StagesTables | null | undefined;
};

/** The rows that do not count. */
export type StagesRejects = {
  /** Rows of either table that do not count, each with its reason. */
  rejects: Array<Reject>;
};

/** What became of an update. */
export type StagesUpdated = {
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** Decisions among them that do not count. */
  rejected: number;
  /** Decisions that came in with this update, the states' not among them. */
  rows: number;
  /** The tables. */
  tables: StagesRejects;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** What a summary was made of, and how stable stages are. */
export type StagesReport = {
  /** The day as of which was classified. */
  as_of: string;
  /** Decisions with a stage and at least two earlier runs. */
  comparable: number;
  /** Digest of the policy. */
  digest: string;
  /** The flap rate, `flapping` of `comparable`: six decimals, half-even; null without history. */
  flap_rate?: string | null | undefined;
  /** Decisions among them whose stage is that of two or three runs ago, with another in between. */
  flapping: number;
  /** Decisions that came with a history, be it empty: the sum of the transitions. */
  followed: number;
  /** Decisions among them that do not count. */
  rejected: number;
  /** Decisions that came in. */
  rows: number;
};

/** The counts. */
export type SummaryTables = {
  /** Rows by stage, A first, then those without one. */
  stages: Array<StageCount>;
  /** Rows by value tier, the highest first, then those without one. */
  tiers: Array<TierCount>;
  /** Rows by the stage of the run before and by stage: the transition matrix, cells of 0 left out. Only rows that came with a history. */
  transitions: Array<TransitionCount>;
  /** Rows by warning rule, in the policy's order; drafts, which are not evaluated, left out. */
  warnings: Array<RuleCount>;
};

/** How many rows are where, and where they came from. */
export type StagesAnswer = {
  /** What it was made of, and how stable stages are. */
  report: StagesReport;
  /** The tables. */
  tables: SummaryTables;
};

/** What changes, in this order: first groups, then who comes into them, then who leaves them. A row that does not fit is returned with its reason, and the others count. */
export type GroupsTables = {
  /** Groups that are made, altered and given up, in order: `kind`, `group_id`, and what the kind needs of `type` (one of the policy's), `name` and `description`. `create` needs type and name and may have a description; `rename` needs a name, `retype` a type; `describe` sets the description, a null clears it; `delete` gives up the group, not its customers. The table `groups` of an answer, with the kind `create`, is such a table. */
  changes?: Array<Record<string, unknown>> | null | undefined;
  /** The customers that there are, which `imports` is held against: `customer_id`, the customer code (客户编码). Without this table any code is taken for a customer's. It serves this update and is not remembered. */
  customers?: Array<Record<string, unknown>> | null | undefined;
  /** Customers that come into groups: `group_id`, and `customer_id`, the first column of the sheet. A first row whose `customer_id` is literally 客户编码 is a heading and no customer. A customer may be in several groups. The table `members` of an answer is such a table. */
  imports?: Array<Record<string, unknown>> | null | undefined;
  /** Customers that leave groups: `group_id` and `customer_id`. */
  removals?: Array<Record<string, unknown>> | null | undefined;
};

/** What the groups are told. */
export type GroupsUpdate = {
  /** The tables. */
  tables?: GroupsTables | undefined;
};

/** A group that was deleted. */
export type DeletedGroup = {
  /** The group. */
  group_id: string;
  /** How many customers were in it; they are customers still. */
  members: number;
  /** The change, by its place in `changes`, from 0. */
  row: number;
};

/** What became of the rows. */
export type GroupsUpdatedTables = {
  /** A row for each of `changes`, `imports` and `removals` that was given, in this order. */
  counts: Array<TableCount>;
  /** The groups that were deleted, in order. */
  deleted: Array<DeletedGroup>;
  /** Rows that do not count, each with its reason, in the order in which they came. */
  rejects: Array<Reject>;
};

/** What became of a table: accepted and rejected rows are all rows. */
export type TableCount = {
  /** Rows that count. */
  accepted: number;
  /** Rows that are a heading: 客户编码 in the first row of an import. */
  headings: number;
  /** Rows that do not. */
  rejected: number;
  /** Rows that came in, headings not among them. */
  rows: number;
  /** The table. */
  table: string;
};

/** What became of an update. */
export type GroupsUpdated = {
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** The tables. */
  tables: GroupsUpdatedTables;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** Which groups are asked for, and what the host knows of customers. */
export type AskedGroups = {
  /** What was decided about customers, one row each, as `combine_customers` gives them: `customer_id` (or `user_id`, of a customer of its own), `stage`, `tier`. */
  decisions?: Array<Record<string, unknown>> | null | undefined;
  /** The groups that are asked for: `group_id`. Without this table, all of them. */
  groups?: Array<Record<string, unknown>> | null | undefined;
  /** Revenue of customers: `customer_id` and `revenue` in yuan, or `revenue_minor` in fen; rows of one customer add up. */
  revenue?: Array<Record<string, unknown>> | null | undefined;
};

/** How to read what the host knows of customers. */
export type GroupsParams = {
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
};

/** What is asked of the groups. */
export type GroupsQuery = {
  /** How to read them. */
  params?: GroupsParams | undefined;
  /** The tables. */
  tables?: AskedGroups | undefined;
};

/** A customer in a group. */
export type GroupMember = {
  /** The customer. */
  customer_id: string;
  /** The group. */
  group_id: string;
};

/** A group. */
export type GroupRecord = {
  /** How many of them the decisions are about; null where none were given. */
  decided?: number | null | undefined;
  /** What else is said of it; null where nothing is. */
  description?: string | null | undefined;
  /** The group. */
  group_id: string;
  /** How many customers are in it. */
  members: number;
  /** Its name. */
  name: string;
  /** Its type: one of the policy's. */
  type: string;
  /** What the policy calls the type, in English. */
  type_en: string;
  /** What the policy calls the type, in Chinese. */
  type_zh: string;
};

/** The revenue of a group. */
export type GroupRevenue = {
  /** How many customers are in it. */
  customers: number;
  /** The group. */
  group_id: string;
  /** What they bring in, in yuan. A customer in several groups counts in each. */
  revenue: Money;
  /** How many of them have revenue in the table. */
  with_revenue: number;
};

/** The customers of a group in a stage. */
export type GroupStage = {
  /** How many there are. */
  customers: number;
  /** The group. */
  group_id: string;
  /** The stage; null for customers about whom none could be decided. */
  stage?: Stage | null | undefined;
};

/** The customers of a group with a value tier. */
export type GroupTier = {
  /** How many there are. */
  customers: number;
  /** The group. */
  group_id: string;
  /** The tier; null for customers about whom none could be decided. */
  tier?: Tier | null | undefined;
};

/** The groups, one by one. */
export type GroupsAnswerTables = {
  /** A row a group, ordered by `group_id`. */
  groups: Array<GroupRecord>;
  /** A row a group and customer, ordered by `group_id` and `customer_id`. */
  members: Array<GroupMember>;
  /** A row a group, ordered by `group_id`; nothing where no revenue was given. */
  revenue: Array<GroupRevenue>;
  /** How many customers of each group are in each stage, ordered by both; nothing where nobody is, or no decisions were given. */
  stages: Array<GroupStage>;
  /** How many customers of each group have each value tier, likewise. */
  tiers: Array<GroupTier>;
};

/** The groups together. */
export type GroupsReport = {
  /** Customers in at least one group: each counts once. */
  customers: number;
  /** Digest of the policy. */
  digest: string;
  /** How many groups there are. */
  groups: number;
  /** The members of all, added up: a customer in several groups counts in each. */
  members: number;
  /** Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are none. */
  misspelt_columns: Record<string, string>;
  /** The revenue of the customers in at least one group: each counts once. Null where no revenue was given. */
  revenue_of_customers?: Money | null | undefined;
  /** The revenue of all groups, added up: that of a customer in several counts in each. Null where no revenue was given. */
  revenue_of_groups?: Money | null | undefined;
  /** The revenue in the table of customers who are in none of the groups. Null where no revenue was given. */
  revenue_of_others?: Money | null | undefined;
  /** Columns that nobody reads, sorted. */
  unread_columns: Array<string>;
};

/** What is known of the groups that were asked for. */
export type GroupsAnswer = {
  /** The groups together. */
  report: GroupsReport;
  /** The tables. */
  tables: GroupsAnswerTables;
};
