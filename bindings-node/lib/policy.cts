import { Engine } from './engine.cjs';
import type { CheckPolicyRequest, CheckPolicyResponse } from './operations.cjs';

/** The document's name in faults, and the texts of the documents it may extend. */
export type CheckPolicyOptions = Omit<CheckPolicyRequest, 'policy'>;

/** Any engine checks any policy. */
let checker: Engine | undefined;

/**
 * Checks a policy: a shipped one's name, or a document's text (TOML or JSON). What is wrong with it is in the answer's
 * `faults`, all at once; nothing is thrown for it.
 */
export function checkPolicy(policy: string, options: CheckPolicyOptions = {}): CheckPolicyResponse {
  checker ??= new Engine();
  return checker.call('check_policy', { policy, ...options });
}
