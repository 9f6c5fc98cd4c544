// What a channel's administrator finds in a portal: who he is and what he sees, where new users belong, and of moves that
// are refused every reason.
// npm install ../../bindings-node apache-arrow && node division.mjs
import { tableFromIPC, tableFromJSON, tableToIPC } from 'apache-arrow';
import { Engine, LifestageError } from 'lifestage';

const UNITS = [
  { unit_id: 'gx', name: '广西区电信有限公司', level: 'company' },
  { unit_id: 'pub', name: '公众客户渠道', level: 'channel' },
  { unit_id: 'key', name: '大客户渠道', level: 'channel' },
  { unit_id: 'nn-pub', name: '南宁公众客户渠道', level: 'local_channel' },
  { unit_id: 'nn-key', name: '南宁大客户渠道', level: 'local_channel' },
  { unit_id: 'nn-pub-0', name: '南宁公众客户未分配社区', level: 'community', is_unassigned: true },
  { unit_id: 'nn-pub-1', name: '城东二片1社区', level: 'community' },
  { unit_id: 'nn-key-1', name: '大客户1社区', level: 'community' },
];
const PARENTS = {
  gx: null,
  pub: 'gx',
  key: 'gx',
  'nn-pub': 'pub',
  'nn-key': 'key',
  'nn-pub-0': 'nn-pub',
  'nn-pub-1': 'nn-pub',
  'nn-key-1': 'nn-key',
};
const links = Object.entries(PARENTS).map(([unit_id, parent_id]) => ({ tree: 'channel', unit_id, parent_id }));
const persons = [{ person_id: 'chen', unit_id: 'nn-pub' }];
const grants = [{ person_id: 'chen', role: 'channel_admin', unit_id: 'nn-pub' }];
const asOf = '2024-05-13';

// One engine, one registry and one organisation for the life of the portal: all requests share them.
const engine = new Engine('china-telecom');
const organisation = engine.openHandle('organisation', {});
organisation.update({ tables: { units: UNITS, links, persons, grants } });
const registry = engine.openHandle('registry', {});
registry.update({
  tables: {
    boxes: [{ box: 'J12', community: 'nn-pub-1' }],
    billing_areas: [{ billing_area: '0771', unassigned_community: 'nn-pub-0' }],
  },
});

/** Where users belong, off the event loop. A question changes nothing, so requests of many people run side by side. */
async function place(users) {
  const { placements } = await registry.queryBatch({ users: tableToIPC(tableFromJSON(users)) });
  return tableFromIPC(placements).toArray();
}

/** What a person finds in the menu, and those of some rows that the person sees. */
function desk(personId, rows) {
  const params = { as_of: asOf, person_id: personId, ask: ['menu'] };
  const { menu, visible } = organisation.query({ params, tables: { rows } }).tables;
  return { actions: menu.map(({ action }) => action), rows: rows.filter((_, row) => visible[row].is_visible) };
}

/** Whether people may do what they ask for. */
function can(requests) {
  return organisation.query({ params: { as_of: asOf }, tables: { requests } }).tables.decisions;
}

/** What codes say in Chinese, and what to do about it. */
const said = new Map(engine.listCodes().map(({ name, text, fix }) => [name, `${text.zh}；${fix.zh}`]));

/** Two of today's requests for placing; box and billing area are what the line's order says. */
async function showPlaces() {
  const answers = await Promise.all([
    place([{ user_id: 'u1', box: 'J12', billing_area: '0771' }]),
    place([
      { user_id: 'u2', billing_area: '0771' },
      { user_id: 'u3', billing_area: '0772' },
    ]),
  ]);
  for (const { user_id, placement, community, error } of answers.flat()) {
    console.log(user_id, error ? `${said.get(error.code)}（${error.found}）` : `${placement} ${community}`);
  }
}

function showDesk() {
  const customers = [
    { customer_id: 'K1', community: 'nn-pub-0' },
    { customer_id: 'K2', community: 'nn-key-1' },
  ];
  const { actions, rows } = desk('chen', customers);
  console.log('chen:', actions.join(' '));
  console.log('chen:', rows.map(({ customer_id }) => customer_id).join(' '));
}

/** A move within his channel, and one that takes another channel's customer to where there is nothing. */
function showMoves() {
  const move = { person_id: 'chen', action: 'assign_community' };
  const moves = [
    { ...move, source: 'nn-pub-0', target: 'nn-pub-1' },
    { ...move, source: 'nn-key-1', target: 'nn-pub-9' },
  ];
  for (const { source, target, outcome, reasons } of can(moves)) {
    console.log(`${source} -> ${target}: ${outcome}`);
    for (const code of reasons) console.log(`  ${code} ${said.get(code)}`);
  }
}

try {
  await showPlaces();
  showDesk();
  showMoves();
} catch (error) {
  if (!(error instanceof LifestageError)) throw error;
  console.error(error.messageIn('zh'));
  process.exitCode = 1;
} finally {
  registry.close();
  organisation.close();
}
