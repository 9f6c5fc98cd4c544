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
  /** What to do about it; empty where nothing needs doing. */
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
