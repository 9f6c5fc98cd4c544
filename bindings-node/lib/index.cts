import native = require('../native.js');

export { AbortError } from './abort.cjs';
export { Engine, type EngineOptions, type PrepareOptions } from './engine.cjs';
export { type ErrorKind, type Language, LifestageError } from './error.cjs';
export type { Customer, CustomerFacts, FactName } from './facts.cjs';
export { Handle } from './handle.cjs';
export type * from './methods.cjs';
export type * from './operations.cjs';
export type * from './options.cjs';
export { type CheckPolicyOptions, checkPolicy } from './policy.cjs';
export { Prepared, type PreparedDecision } from './prepared.cjs';
export type { Scalar, Value } from './values.cjs';

/** Version of the library. */
export const version: string = native.version();
