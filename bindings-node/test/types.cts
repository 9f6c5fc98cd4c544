// Read by the compiler alone: a CommonJS program sees the same types.

import lifestage = require('lifestage');

const engine: lifestage.Engine = new lifestage.Engine('china-telecom');
export const digest: string = engine.call('version', {}).digest;
// @ts-expect-error: there is no such operation.
engine.call('vers', {});
