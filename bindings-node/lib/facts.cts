// Generated from docs/facts.md by scripts/facts.mjs; not edited by hand.

/** A text or, an identifier being one too, a whole number. */
type Text = string | number;
/** A number, or its decimal text. */
type Numeric = string | number;
/** An amount: decimal text, or a float in yuan, which rounds to fen, half to even. A whole number needs `moneyUnit`. */
type Amount = string | number;
/** Any other text, as a program has it that computes it; the codes are still proposed to who writes one. */
type Other = string & {};

/**
 * The facts of one user or prospect: a row of the customer view. All may be missing: missing is not zero. Dates are texts
 * (`2024-05-31`). A policy may declare facts of the host's own beside them.
 */
export interface CustomerFacts {
  /** The user (one service), or the prospect. */
  user_id?: Text | null | undefined;
  /** The customer; without one the user is a customer of its own. */
  customer_id?: Text | null | undefined;
  /** Prospect, active, suspended (counts as active) or terminated, as of the date. */
  status?: 'prospect' | 'active' | 'suspended' | 'terminated' | Other | null | undefined;
  /** Full months of the latest period of service; of a leaver, until termination; months. */
  tenure_months?: Numeric | null | undefined;
  /** Full months since termination; months. */
  months_since_exit?: Numeric | null | undefined;
  /** The bill, month by month; yuan; twelve months, the newest last. */
  fee?: ReadonlyArray<Amount | null | undefined> | null | undefined;
  /** Month 1 of `fee`. */
  fee_1?: Amount | null | undefined;
  /** Month 2 of `fee`. */
  fee_2?: Amount | null | undefined;
  /** Month 3 of `fee`. */
  fee_3?: Amount | null | undefined;
  /** Month 4 of `fee`. */
  fee_4?: Amount | null | undefined;
  /** Month 5 of `fee`. */
  fee_5?: Amount | null | undefined;
  /** Month 6 of `fee`. */
  fee_6?: Amount | null | undefined;
  /** Month 7 of `fee`. */
  fee_7?: Amount | null | undefined;
  /** Month 8 of `fee`. */
  fee_8?: Amount | null | undefined;
  /** Month 9 of `fee`. */
  fee_9?: Amount | null | undefined;
  /** Month 10 of `fee`. */
  fee_10?: Amount | null | undefined;
  /** Month 11 of `fee`. */
  fee_11?: Amount | null | undefined;
  /** Month 12 of `fee`, the newest. */
  fee_12?: Amount | null | undefined;
  /** `fee` in fen; twelve months, the newest last. */
  fee_minor?: ReadonlyArray<Numeric | null | undefined> | null | undefined;
  /** Month 1 of `fee_minor`. */
  fee_minor_1?: Numeric | null | undefined;
  /** Month 2 of `fee_minor`. */
  fee_minor_2?: Numeric | null | undefined;
  /** Month 3 of `fee_minor`. */
  fee_minor_3?: Numeric | null | undefined;
  /** Month 4 of `fee_minor`. */
  fee_minor_4?: Numeric | null | undefined;
  /** Month 5 of `fee_minor`. */
  fee_minor_5?: Numeric | null | undefined;
  /** Month 6 of `fee_minor`. */
  fee_minor_6?: Numeric | null | undefined;
  /** Month 7 of `fee_minor`. */
  fee_minor_7?: Numeric | null | undefined;
  /** Month 8 of `fee_minor`. */
  fee_minor_8?: Numeric | null | undefined;
  /** Month 9 of `fee_minor`. */
  fee_minor_9?: Numeric | null | undefined;
  /** Month 10 of `fee_minor`. */
  fee_minor_10?: Numeric | null | undefined;
  /** Month 11 of `fee_minor`. */
  fee_minor_11?: Numeric | null | undefined;
  /** Month 12 of `fee_minor`, the newest. */
  fee_minor_12?: Numeric | null | undefined;
  /** The local-call fee in the bill; yuan; twelve months, the newest last. */
  local_fee?: ReadonlyArray<Amount | null | undefined> | null | undefined;
  /** Month 1 of `local_fee`. */
  local_fee_1?: Amount | null | undefined;
  /** Month 2 of `local_fee`. */
  local_fee_2?: Amount | null | undefined;
  /** Month 3 of `local_fee`. */
  local_fee_3?: Amount | null | undefined;
  /** Month 4 of `local_fee`. */
  local_fee_4?: Amount | null | undefined;
  /** Month 5 of `local_fee`. */
  local_fee_5?: Amount | null | undefined;
  /** Month 6 of `local_fee`. */
  local_fee_6?: Amount | null | undefined;
  /** Month 7 of `local_fee`. */
  local_fee_7?: Amount | null | undefined;
  /** Month 8 of `local_fee`. */
  local_fee_8?: Amount | null | undefined;
  /** Month 9 of `local_fee`. */
  local_fee_9?: Amount | null | undefined;
  /** Month 10 of `local_fee`. */
  local_fee_10?: Amount | null | undefined;
  /** Month 11 of `local_fee`. */
  local_fee_11?: Amount | null | undefined;
  /** Month 12 of `local_fee`, the newest. */
  local_fee_12?: Amount | null | undefined;
  /** `local_fee` in fen; twelve months, the newest last. */
  local_fee_minor?: ReadonlyArray<Numeric | null | undefined> | null | undefined;
  /** Month 1 of `local_fee_minor`. */
  local_fee_minor_1?: Numeric | null | undefined;
  /** Month 2 of `local_fee_minor`. */
  local_fee_minor_2?: Numeric | null | undefined;
  /** Month 3 of `local_fee_minor`. */
  local_fee_minor_3?: Numeric | null | undefined;
  /** Month 4 of `local_fee_minor`. */
  local_fee_minor_4?: Numeric | null | undefined;
  /** Month 5 of `local_fee_minor`. */
  local_fee_minor_5?: Numeric | null | undefined;
  /** Month 6 of `local_fee_minor`. */
  local_fee_minor_6?: Numeric | null | undefined;
  /** Month 7 of `local_fee_minor`. */
  local_fee_minor_7?: Numeric | null | undefined;
  /** Month 8 of `local_fee_minor`. */
  local_fee_minor_8?: Numeric | null | undefined;
  /** Month 9 of `local_fee_minor`. */
  local_fee_minor_9?: Numeric | null | undefined;
  /** Month 10 of `local_fee_minor`. */
  local_fee_minor_10?: Numeric | null | undefined;
  /** Month 11 of `local_fee_minor`. */
  local_fee_minor_11?: Numeric | null | undefined;
  /** Month 12 of `local_fee_minor`, the newest. */
  local_fee_minor_12?: Numeric | null | undefined;
  /** Spending on a competitor's IP service; yuan; twelve months, the newest last. */
  foreign_ip_fee?: ReadonlyArray<Amount | null | undefined> | null | undefined;
  /** Month 1 of `foreign_ip_fee`. */
  foreign_ip_fee_1?: Amount | null | undefined;
  /** Month 2 of `foreign_ip_fee`. */
  foreign_ip_fee_2?: Amount | null | undefined;
  /** Month 3 of `foreign_ip_fee`. */
  foreign_ip_fee_3?: Amount | null | undefined;
  /** Month 4 of `foreign_ip_fee`. */
  foreign_ip_fee_4?: Amount | null | undefined;
  /** Month 5 of `foreign_ip_fee`. */
  foreign_ip_fee_5?: Amount | null | undefined;
  /** Month 6 of `foreign_ip_fee`. */
  foreign_ip_fee_6?: Amount | null | undefined;
  /** Month 7 of `foreign_ip_fee`. */
  foreign_ip_fee_7?: Amount | null | undefined;
  /** Month 8 of `foreign_ip_fee`. */
  foreign_ip_fee_8?: Amount | null | undefined;
  /** Month 9 of `foreign_ip_fee`. */
  foreign_ip_fee_9?: Amount | null | undefined;
  /** Month 10 of `foreign_ip_fee`. */
  foreign_ip_fee_10?: Amount | null | undefined;
  /** Month 11 of `foreign_ip_fee`. */
  foreign_ip_fee_11?: Amount | null | undefined;
  /** Month 12 of `foreign_ip_fee`, the newest. */
  foreign_ip_fee_12?: Amount | null | undefined;
  /** `foreign_ip_fee` in fen; twelve months, the newest last. */
  foreign_ip_fee_minor?: ReadonlyArray<Numeric | null | undefined> | null | undefined;
  /** Month 1 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_1?: Numeric | null | undefined;
  /** Month 2 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_2?: Numeric | null | undefined;
  /** Month 3 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_3?: Numeric | null | undefined;
  /** Month 4 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_4?: Numeric | null | undefined;
  /** Month 5 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_5?: Numeric | null | undefined;
  /** Month 6 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_6?: Numeric | null | undefined;
  /** Month 7 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_7?: Numeric | null | undefined;
  /** Month 8 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_8?: Numeric | null | undefined;
  /** Month 9 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_9?: Numeric | null | undefined;
  /** Month 10 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_10?: Numeric | null | undefined;
  /** Month 11 of `foreign_ip_fee_minor`. */
  foreign_ip_fee_minor_11?: Numeric | null | undefined;
  /** Month 12 of `foreign_ip_fee_minor`, the newest. */
  foreign_ip_fee_minor_12?: Numeric | null | undefined;
  /** Minutes of use (MOU); minutes; twelve months, the newest last. */
  minutes?: ReadonlyArray<Numeric | null | undefined> | null | undefined;
  /** Month 1 of `minutes`. */
  minutes_1?: Numeric | null | undefined;
  /** Month 2 of `minutes`. */
  minutes_2?: Numeric | null | undefined;
  /** Month 3 of `minutes`. */
  minutes_3?: Numeric | null | undefined;
  /** Month 4 of `minutes`. */
  minutes_4?: Numeric | null | undefined;
  /** Month 5 of `minutes`. */
  minutes_5?: Numeric | null | undefined;
  /** Month 6 of `minutes`. */
  minutes_6?: Numeric | null | undefined;
  /** Month 7 of `minutes`. */
  minutes_7?: Numeric | null | undefined;
  /** Month 8 of `minutes`. */
  minutes_8?: Numeric | null | undefined;
  /** Month 9 of `minutes`. */
  minutes_9?: Numeric | null | undefined;
  /** Month 10 of `minutes`. */
  minutes_10?: Numeric | null | undefined;
  /** Month 11 of `minutes`. */
  minutes_11?: Numeric | null | undefined;
  /** Month 12 of `minutes`, the newest. */
  minutes_12?: Numeric | null | undefined;
  /** The bills of all the customer's users in that month; yuan; twelve months, the newest last. */
  customer_fee?: ReadonlyArray<Amount | null | undefined> | null | undefined;
  /** Month 1 of `customer_fee`. */
  customer_fee_1?: Amount | null | undefined;
  /** Month 2 of `customer_fee`. */
  customer_fee_2?: Amount | null | undefined;
  /** Month 3 of `customer_fee`. */
  customer_fee_3?: Amount | null | undefined;
  /** Month 4 of `customer_fee`. */
  customer_fee_4?: Amount | null | undefined;
  /** Month 5 of `customer_fee`. */
  customer_fee_5?: Amount | null | undefined;
  /** Month 6 of `customer_fee`. */
  customer_fee_6?: Amount | null | undefined;
  /** Month 7 of `customer_fee`. */
  customer_fee_7?: Amount | null | undefined;
  /** Month 8 of `customer_fee`. */
  customer_fee_8?: Amount | null | undefined;
  /** Month 9 of `customer_fee`. */
  customer_fee_9?: Amount | null | undefined;
  /** Month 10 of `customer_fee`. */
  customer_fee_10?: Amount | null | undefined;
  /** Month 11 of `customer_fee`. */
  customer_fee_11?: Amount | null | undefined;
  /** Month 12 of `customer_fee`, the newest. */
  customer_fee_12?: Amount | null | undefined;
  /** `customer_fee` in fen; twelve months, the newest last. */
  customer_fee_minor?: ReadonlyArray<Numeric | null | undefined> | null | undefined;
  /** Month 1 of `customer_fee_minor`. */
  customer_fee_minor_1?: Numeric | null | undefined;
  /** Month 2 of `customer_fee_minor`. */
  customer_fee_minor_2?: Numeric | null | undefined;
  /** Month 3 of `customer_fee_minor`. */
  customer_fee_minor_3?: Numeric | null | undefined;
  /** Month 4 of `customer_fee_minor`. */
  customer_fee_minor_4?: Numeric | null | undefined;
  /** Month 5 of `customer_fee_minor`. */
  customer_fee_minor_5?: Numeric | null | undefined;
  /** Month 6 of `customer_fee_minor`. */
  customer_fee_minor_6?: Numeric | null | undefined;
  /** Month 7 of `customer_fee_minor`. */
  customer_fee_minor_7?: Numeric | null | undefined;
  /** Month 8 of `customer_fee_minor`. */
  customer_fee_minor_8?: Numeric | null | undefined;
  /** Month 9 of `customer_fee_minor`. */
  customer_fee_minor_9?: Numeric | null | undefined;
  /** Month 10 of `customer_fee_minor`. */
  customer_fee_minor_10?: Numeric | null | undefined;
  /** Month 11 of `customer_fee_minor`. */
  customer_fee_minor_11?: Numeric | null | undefined;
  /** Month 12 of `customer_fee_minor`, the newest. */
  customer_fee_minor_12?: Numeric | null | undefined;
  /** Complaints in the last three months; times. */
  complaints_3m?: Numeric | null | undefined;
  /** Repeated fault reports in the last three months; times. */
  repeat_faults_3m?: Numeric | null | undefined;
  /** Complaints in the reference month; times. */
  complaints_last_month?: Numeric | null | undefined;
  /** Fault reports in the reference month; times. */
  faults_last_month?: Numeric | null | undefined;
  /** The nearest end of a promotion on or after the date. */
  promotion_ends_on?: string | null | undefined;
  /** The latest end of a promotion before the date, with none running now. */
  promotion_ended_on?: string | null | undefined;
  /** The nearest end of a service contract on or after the date. */
  agreement_ends_on?: string | null | undefined;
  /** The user's first bill, where it is the reference month's; yuan. */
  first_bill?: Amount | null | undefined;
  /** `first_bill` in fen. */
  first_bill_minor?: Numeric | null | undefined;
  /** What the plan led to expect of the first bill; yuan. */
  expected_first_bill?: Amount | null | undefined;
  /** `expected_first_bill` in fen. */
  expected_first_bill_minor?: Numeric | null | undefined;
  /** The channel through which the user joined. */
  join_channel?: Text | null | undefined;
  /** The community the user belongs to. */
  community?: Text | null | undefined;
  /** The tariff plan. */
  plan?: Text | null | undefined;
  /** Products held on the date. */
  products?: readonly string[] | null | undefined;
  /** Causes of the complaints in the last three months. */
  complaint_causes_3m?: readonly string[] | null | undefined;
  /** Whether the prospect uses a competitor's product. */
  uses_competitor?: boolean | null | undefined;
  /** Whether the user lives where many have to move. */
  in_relocation_area?: boolean | null | undefined;
  /** The stage of the run before. */
  previous_stage?: 'A' | 'B' | 'C' | 'D' | 'E' | Other | null | undefined;
  /** Since when the stage of the run before held. */
  previous_since?: string | null | undefined;
  /** The name, for lists. */
  name?: Text | null | undefined;
  /** The phone number, for lists. */
  phone?: Text | null | undefined;
  /** The address, for lists. */
  address?: Text | null | undefined;
}

/**
 * A row of the view, typed as far as the caller's own type says more than that it has keys: facts are as `CustomerFacts`
 * has them, whatever else is in it is the host's.
 */
export type Customer<Row extends object> = Row & (string extends keyof Row ? unknown : CustomerFacts);

/** The name of a fact, or of a host's own. */
export type FactName = keyof CustomerFacts | (string & {});
