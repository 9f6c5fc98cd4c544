// Decides about one customer, and says why.
// make -C ../.. package && npm install ../../target/packages/*.tgz && node classify_record.mjs
import { Engine } from 'lifestage';

const engine = new Engine('china-telecom');
const customer = { status: 'active', tenure_months: 26, fee_11: '92.00', fee_12: '74.00', complaints_3m: 3 };
const { stage, tier, warnings } = engine.classifyRecord(customer, { asOf: '2024-05-31' });
console.log(stage, tier, warnings); // D mid [ 'EWS-02' ]
console.log(engine.explain(customer, { asOf: '2024-05-31', language: 'zh' }).text);
