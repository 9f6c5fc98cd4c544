import type native = require('../native.js');

import { answerOf } from './error.cjs';
import type { DecisionRecord, Fault, Stage, Tier } from './operations.cjs';
import { wrongType } from './request.cjs';
import { type Value, Values } from './values.cjs';

/** What is decided of a prepared record: as `classifyRecord` says it, without what that repeats of the record. */
export type PreparedDecision = Pick<
  DecisionRecord,
  'stage' | 'tier' | 'reasons' | 'warnings' | 'insufficient' | 'shadow' | 'stage_since' | 'error'
>;

const MILLISECONDS_A_DAY = 86_400_000;
/** What no day is. */
const NO_DAY = -(2 ** 31);

/**
 * A record form fixed once: what its fields mean is looked up beforehand, and no JSON is made. It goes on when its engine
 * is closed.
 */
export class Prepared {
  /** The fields, in the order of the values. */
  readonly fields: readonly string[];
  /** Fields that are no facts: their values are not read. */
  readonly unreadFields: readonly string[];
  readonly #native: native.NativePrepared;
  readonly #codes: native.Codes;
  readonly #values = new Values();

  /** @internal */
  constructor(prepared: native.NativePrepared, fields: readonly string[]) {
    this.#native = prepared;
    this.#codes = prepared.codes();
    this.fields = [...fields];
    this.unreadFields = prepared.unreadFields();
  }

  /**
   * Decides one user or prospect, as `classifyRecord` does; in an optimised build (`make package`), in about a microsecond.
   *
   * @param values A value for each field, in their order, as a record has it; a series is a list of months.
   * @throws {LifestageError} Another number of values; a value that no record has; an integer amount whose unit is not
   *   said. A row that breaks the contract is no such fault: the decision's `error` says it.
   */
  classify(values: readonly Value[]): PreparedDecision {
    if (!Array.isArray(values)) throw wrongType('values', values, 'an array');
    this.#values.write(values);
    const refused = this.#native.decide(this.#values.bytes);
    return refused === null ? this.#decision() : brokenBy(answerOf<string>(refused));
  }

  /** The decision that `src/prepared.rs` wrote. */
  #decision(): PreparedDecision {
    const { view } = this.#values;
    const day = view.getInt32(24, true);
    return {
      stage: (this.#codes.stages[view.getUint8(28)] as Stage | undefined) ?? null,
      tier: (this.#codes.tiers[view.getUint8(29)] as Tier | undefined) ?? null,
      reasons: this.#reasons(),
      warnings: this.#rules(0),
      insufficient: this.#rules(8),
      shadow: this.#rules(16),
      stage_since: day === NO_DAY ? null : new Date(day * MILLISECONDS_A_DAY).toISOString().slice(0, 10),
      error: null,
    };
  }

  #reasons(): string[] {
    const { view } = this.#values;
    const reasons: string[] = [];
    const end = 32 + 2 * view.getUint16(30, true);
    for (let place = 32; place < end; place += 2)
      reasons.push(this.#codes.reasons[view.getUint16(place, true)] as string);
    return reasons;
  }

  /** The rules of a mask of 64 bits. */
  #rules(place: number): string[] {
    const { view } = this.#values;
    const codes: string[] = [];
    for (let half = 0; half < 2; half += 1) {
      for (let mask = view.getUint32(place + 4 * half, true); mask !== 0; mask &= mask - 1) {
        codes.push(this.#codes.rules[32 * half + 31 - Math.clz32(mask & -mask)] as string);
      }
    }
    return codes;
  }
}

/** The decision about a row that breaks the contract: none, and why. */
function brokenBy(failure: string): PreparedDecision {
  const error = (JSON.parse(failure) as { faults: Fault[] }).faults[0] ?? null;
  const nothing = { reasons: [], warnings: [], insufficient: [], shadow: [] };
  return { stage: null, tier: null, ...nothing, stage_since: null, error };
}
