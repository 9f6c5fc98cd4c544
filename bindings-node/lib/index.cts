import native = require('../native.js');

export { AbortError } from './abort.cjs';
export { Engine, type EngineOptions } from './engine.cjs';
export { type ErrorKind, type Language, LifestageError } from './error.cjs';
export { Handle } from './handle.cjs';
export type * from './methods.cjs';
export type * from './operations.cjs';
export type * from './options.cjs';
export { type CheckPolicyOptions, checkPolicy } from './policy.cjs';

/** Version of the library. */
export const version: string = native.version();
