import type { Failure } from '../native.js';
import type { Fault } from './operations.cjs';

/** Who has to act: the policy's author, the calling program, or lifestage's makers. */
export type ErrorKind = 'POLICY' | 'REQUEST' | 'INTERNAL';

/** A language lifestage speaks to people: English, simplified Chinese. */
export type Language = 'en' | 'zh';

/**
 * Why there is no answer: every fault that could be found in one pass, at least one. `message` is English, a line a
 * fault; `JSON.stringify` gives the record that every language sees.
 */
export class LifestageError extends Error {
  /** Who has to act. */
  readonly kind: ErrorKind;
  /** What is wrong, in the order of the input. */
  readonly faults: readonly Fault[];
  readonly #chinese: string;

  static {
    LifestageError.prototype.name = 'LifestageError';
  }

  /** Made by the library, of what the engine says. */
  constructor(failure: Failure) {
    super(failure.english);
    const { kind, faults } = JSON.parse(failure.json) as { kind: ErrorKind; faults: Fault[] };
    this.kind = kind;
    this.faults = faults;
    this.#chinese = failure.chinese;
  }

  /** The message in a language, a line a fault. */
  messageIn(language: Language): string {
    return language === 'zh' ? this.#chinese : this.message;
  }
}

/**
 * The answer of a native call; a failure is thrown.
 *
 * @internal
 */
export function answerOf<Answer extends string | number | object>(outcome: Answer | Failure): Answer {
  if (typeof outcome === 'object' && 'english' in outcome) throw new LifestageError(outcome);
  return outcome as Answer;
}
