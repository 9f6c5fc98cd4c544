// Checks a policy that lays a few lines over a shipped one, and opens an engine of it once it is right.
// npm install ../../bindings-node && node check_policy.mjs
import { checkPolicy, Engine, LifestageError } from 'lifestage';

const written = 'extends = "china-telecom"\nvershon = "2025-07"\nname = "guangxi"\n';
try {
  new Engine(written);
} catch (error) {
  if (!(error instanceof LifestageError)) throw error;
  console.log(error.message);
}
const corrected = written.replace('vershon', 'version');
const { valid, name, version } = checkPolicy(corrected);
if (valid) console.log(name, version, new Engine(corrected).policyDigest);
