// A tiny intranet portal, in English and Chinese: the customers of a file, the stage each is in, who is about to leave, why.
// make -C ../.. package && npm install ../../target/packages/*.tgz && node portal.mjs, then open http://127.0.0.1:8080

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Engine, LifestageError } from 'lifestage';

const WORDS = {
  en: {
    title: 'Customers',
    headings: ['User', 'Community', 'Stage', 'Value tier', 'Warnings'],
    tiers: { high: 'high', mid: 'middle', low: 'low' },
    invalid: 'the record is faulty',
    unknown: 'not known',
    missing: 'There is no such page.',
    other: ['zh', '中文'],
  },
  zh: {
    title: '客户',
    headings: ['用户', '小区', '生命周期阶段', '价值等级', '离网预警'],
    tiers: { high: '高', mid: '中', low: '低' },
    invalid: '数据有误',
    unknown: '未知',
    missing: '没有这个页面。',
    other: ['en', 'English'],
  },
};

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .8rem; border-bottom: 1px solid #ddd }
nav { float: right } pre { white-space: pre-wrap; font: inherit; background: #f6f6f6; padding: 1rem }
.stage { font-weight: bold } .D { color: #b00020 } .E { color: #666 }`;

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text in HTML: whatever stands in a record stays text. */
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** The portal's server: a page for all customers and one for each, decided as of a day. */
export function portal(engine, customers, asOf) {
  const pathOf = ({ user_id }) => `/customers/${encodeURIComponent(user_id)}`;
  const byPath = new Map(customers.map((customer) => [pathOf(customer), customer]));

  const stageOf = ({ stage, error }, language) => {
    const name = stage ? `${stage} ${engine.describeStage({ stage })[language]}` : WORDS[language].unknown;
    return `<span class="stage ${stage ?? ''}">${error ? WORDS[language].invalid : name}</span>`;
  };
  const tierOf = ({ tier }, language) => WORDS[language].tiers[tier] ?? WORDS[language].unknown;
  const warningsOf = ({ warnings }, language) =>
    warnings.map((code) => `${code} ${escaped(engine.describeWarning({ code })[language])}`).join('<br>');

  async function list(language) {
    const { decisions } = await engine.classify(customers, { asOf });
    const rows = decisions.map((decision, row) => {
      const record = customers[row];
      const link = `<a href="${pathOf(record)}?lang=${language}">${escaped(record.user_id)}</a>`;
      const cells = [link, escaped(record.community ?? ''), stageOf(decision, language)];
      return [...cells, tierOf(decision, language), warningsOf(decision, language)];
    });
    const line = (tag, cells) => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
    const head = line('th', WORDS[language].headings);
    return `<table>${head}${rows.map((cells) => line('td', cells)).join('')}</table>`;
  }

  function customer(record, language) {
    const explained = engine.explain(record, { asOf, language });
    const back = `<a href="/?lang=${language}">${WORDS[language].title}</a>`;
    return `<p>${back}</p><p>${stageOf(explained, language)}</p><pre>${escaped(explained.text)}</pre>`;
  }

  /** Status and body of the page at a path. */
  async function page(path, language) {
    if (path === '/') return [200, await list(language)];
    const record = byPath.get(path);
    return record ? [200, customer(record, language)] : [404, `<p>${WORDS[language].missing}</p>`];
  }

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://portal');
    const language = languageOf(searchParams.get('lang') ?? request.headers['accept-language'] ?? '');
    const [status, body] = await page(pathname, language).catch((error) => [500, told(error, language)]);
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end(document(language, pathname, body));
  }

  return createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
}

/** What the engine says of customers that it cannot read, in the reader's language. */
function told(error, language) {
  if (!(error instanceof LifestageError)) throw error;
  return `<pre>${escaped(error.messageIn(language))}</pre>`;
}

function languageOf(asked) {
  return asked.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function document(language, path, body) {
  const { title, other } = WORDS[language];
  return `<!doctype html>
<html lang="${language}"><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style>
<nav><a href="${escaped(path)}?lang=${other[0]}">${other[1]}</a></nav>
<h1>${title}</h1>
${body}
</html>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const customers = JSON.parse(readFileSync(new URL('customers.json', import.meta.url), 'utf8'));
  portal(new Engine('china-telecom'), customers, '2024-05-31').listen(8080, '127.0.0.1');
}
