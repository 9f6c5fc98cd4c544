// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

/** Every operation: what it is asked, and what it answers. */
export interface Operations {
  /** Says which engine and which policy answer. */
  version: { request: NoParameters; response: VersionResponse };
  /** Lists every operation with the JSON Schemas of its request and response. */
  list_operations: { request: NoParameters; response: Array<OperationDescription> };
  /** Lists every code of faults and reasons with its texts in English and Chinese. */
  list_codes: { request: NoParameters; response: Array<Code> };
  /** Checks a policy document and reports all its faults at once. */
  check_policy: { request: CheckPolicyRequest; response: CheckPolicyResponse };
  /** Decides value tier, warnings and lifecycle stage of each row of the customer view. */
  classify: { request: ClassifyRequest; response: ClassifyResponse };
  /** Decides value tier, warnings and lifecycle stage of one user or prospect. */
  classify_record: { request: ClassifyRecordRequest; response: ClassifyRecordResponse };
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
