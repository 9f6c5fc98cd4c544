// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

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
  /** Decides value tier, warnings and lifecycle stage of each row of the customer view. */
  classify: { request: ClassifyRequest; response: ClassifyResponse };
  /** Decides value tier, warnings and lifecycle stage of one user or prospect. */
  classify_record: { request: ClassifyRecordRequest; response: ClassifyRecordResponse };
  /** Combines the decisions about users into one row a customer. */
  combine_customers: { request: CombineCustomersRequest; response: CombineCustomersResponse };
  /** Counts stages, transitions between runs, warnings and tiers, and says how often stages flap. */
  summarise_stages: { request: SummariseStagesRequest; response: SummariseStagesResponse };
}

/** Every kind of handle: what it is opened with, told and asked, and what it answers. */
export interface Handles {
  /** Combines the decisions about users into one row a customer, in any order and from any number of parts. */
  customers: { params: NoParameters; update: { request: CustomersUpdate; response: CustomersUpdated }; query: { request: NoParameters; response: CustomersAnswer } };
  /** Counts stages, transitions, warnings and tiers, and the flap rate, in any order and from any number of parts. */
  stages: { params: StagesParams; update: { request: StagesUpdate; response: StagesUpdated }; query: { request: NoParameters; response: StagesAnswer } };
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

/** One operation, described. */
export type OperationDescription = {
  /** What it does. */
  about: Text;
  /** What it is called; `snake_case`. */
  name: string;
  /** JSON Schema of the request. */
  request: unknown;
  /** JSON Schema of the response. */
  response: unknown;
};

/** A text for people, in every language lifestage speaks. */
export type Text = {
  /** English. */
  en: string;
  /** Simplified Chinese. */
  zh: string;
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

/** How to decide. */
export type ClassifyParams = {
  /** The end of this day. */
  as_of: string;
  /** What integer amounts count; without it they are refused. */
  money_unit?: MoneyUnit | null | undefined;
  /** Refuse all rows if one breaks the contract; otherwise it is returned with `error` and the others go on. */
  strict?: boolean | undefined;
};

/** What a bare integer amount counts. */
export type MoneyUnit = "yuan" | "fen";

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

/** The tables that customers are made of. */
export type CustomersTables = {
  /** Decisions as `classify` gives them, in any order; each user once. Other columns are not read. */
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
  /** Rows among them that do not count. */
  rejected: number;
  /** Rows that came in. */
  rows: number;
  /** Columns that nobody reads, by name. */
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
  /** The table it came in. */
  table: string;
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
  /** Decisions as `classify` gives them, in any order; each user once. Other columns are not read. */
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
  /** Decisions among them that do not count. */
  rejected: number;
  /** Decisions that came in. */
  rows: number;
  /** Columns that nobody reads: of `decisions` by name, of the history as `stage_history.<name>`. */
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
  /** Rows among them that do not count. */
  rejected: number;
  /** Rows that came in with this update, the states' not among them. */
  rows: number;
  /** The tables. */
  tables: RejectTables;
  /** Columns that nobody reads, by name. */
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
  /** Decisions among them that do not count. */
  rejected: number;
  /** Decisions that came in with this update, the states' not among them. */
  rows: number;
  /** The tables. */
  tables: StagesRejects;
  /** Columns that nobody reads: of `decisions` by name, of the history as `stage_history.<name>`. */
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
