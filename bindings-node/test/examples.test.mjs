// The examples, as a program that installed the package runs them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Engine } from 'lifestage';

const root = fileURLToPath(new URL('..', import.meta.url));
const host = mkdtempSync(join(tmpdir(), 'lifestage-'));
cpSync(join(root, '../examples/node'), host, { recursive: true });
mkdirSync(join(host, 'node_modules'));
symlinkSync(root, join(host, 'node_modules', 'lifestage'));
symlinkSync(join(root, 'node_modules/apache-arrow'), join(host, 'node_modules', 'apache-arrow'));
after(() => rmSync(host, { recursive: true }));

const { portal } = await import(pathToFileURL(join(host, 'portal.mjs')));
const customers = JSON.parse(readFileSync(join(host, 'customers.json'), 'utf8'));

/** Serves these customers; gives a function from path to status and body. */
async function served(context, records, asOf = '2024-05-31') {
  const server = portal(new Engine(), records, asOf).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  return async (path, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers });
    return [response.status, await response.text()];
  };
}

test('the example decides about a customer and says why', () => {
  const said = execFileSync(process.execPath, ['classify_record.mjs'], { cwd: host, encoding: 'utf8' });
  assert.match(said, /^D mid \[ 'EWS-02' \]\n用户：截至 2024-05-31，处于 D 阶段（衰退）。\n/);
});

test('the batch decides about a table in Arrow, names what is misspelt, and is given up', () => {
  const said = execFileSync(process.execPath, ['batch.mjs'], { cwd: host, encoding: 'utf8' });
  assert.equal(said, 'u1 D EWS-02\nu2 B EWS-16\nu3 A \nmisspelt: {"plann":"plan"}\ngiven up: enough\n');
});

test('the division places users, shows an administrator his desk, and refuses a move with every reason in Chinese', () => {
  const said = execFileSync(process.execPath, ['division.mjs'], { cwd: host, encoding: 'utf8' });
  const lines = said.trimEnd().split('\n');
  assert.deepEqual(lines.slice(0, 3), [
    'u1 community nn-pub-1',
    'u2 unassigned nn-pub-0',
    'u3 登记库中没有该计费区域；请先载入该计费区域，或修正其名称（0772）',
  ]);
  assert.match(lines[3], /^chen: .*\bassign_community\b/);
  assert.doesNotMatch(lines[3], /assign_channel/);
  assert.deepEqual(lines.slice(4), [
    'chen: K1',
    'nn-pub-0 -> nn-pub-1: allowed',
    'nn-key-1 -> nn-pub-9: denied',
    '  TARGET_UNKNOWN 当日没有该目标单位；请先新增该单位，或修正其编码',
    '  SOURCE_OUT_OF_SCOPE 来源单位不在其管辖范围内；请由管辖该单位的人员操作',
  ]);
});

test('the portal lists the customers with stage and warnings, in both languages', async (context) => {
  const get = await served(context, customers);
  const [status, english] = await get('/');
  assert.equal(status, 200);
  for (const stage of ['A Acquisition', 'B Build-up', 'C Climax', 'D Decline', 'E Exit', 'the record is faulty']) {
    assert.ok(english.includes(`>${stage}</span>`), stage);
  }
  assert.match(english, /EWS-02 complaints or repeated fault reports/);
  const [, chinese] = await get('/?lang=zh');
  assert.match(chinese, /<html lang="zh">.*D 衰退.*EWS-02 过去三个月多次投诉或重复报障/s);
  assert.deepEqual(await get('/', { 'accept-language': 'zh-CN,zh;q=0.9' }), [200, chinese]);
});

test('the portal says why a customer is in its stage', async (context) => {
  const get = await served(context, customers);
  const [, chinese] = await get('/customers/075500010001?lang=zh');
  assert.match(chinese, /处于 D 阶段（衰退）.*EWS-01 市话费连续数月下降超过界限/s);
  const [, english] = await get('/customers/075500010001');
  assert.match(english, /Complaints in the last three months: 3, at least 2/);
  assert.match((await get('/customers/075500010006'))[1], /INVALID tenure_months/);
});

test('the portal has no other pages, and what stands in a record stays text', async (context) => {
  const get = await served(context, [{ user_id: '<b>"&/', status: 'prospect' }]);
  const [, list] = await get('/');
  assert.ok(list.includes('href="/customers/%3Cb%3E%22%26%2F?lang=en">&lt;b&gt;&quot;&amp;/</a>'), list);
  assert.match((await get('/customers/%3Cb%3E%22%26%2F'))[1], /Prospect &lt;b&gt;&quot;&amp;\/: stage A/);
  assert.deepEqual((await get('/customers/u2'))[0], 404);
});

test('the portal says what the engine refuses', async (context) => {
  const get = await served(context, customers, '31.05.2024');
  const [status, body] = await get('/?lang=zh');
  assert.equal(status, 500);
  assert.match(body, /params\.as_of: \p{Script=Han}/u);
});
