// What the vendor's own client hears in recorded answers: one line of JSON each.
// usage: node agreement.mjs FOLDER
import Anthropic from '@anthropic-ai/sdk';
import { readdirSync, readFileSync } from 'node:fs';

const folder = process.argv[2];
const question = { model: 'claude-test-1', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };

function client(file, type) {
  const body = readFileSync(`${folder}/${file}`);
  const fetch = async () => new Response(body, { status: 200, headers: { 'content-type': type } });
  return new Anthropic({ apiKey: 'none', baseURL: 'http://127.0.0.1:9', maxRetries: 0, fetch });
}

function said(message) {
  const of = (type) => message.content.filter((block) => block.type === type);
  return {
    text: of('text').map((block) => block.text).join(''),
    thinking: of('thinking').map((block) => block.thinking).join(''),
    signed: [...message.content].filter((block) => block.signature || block.data).map((b) => b.signature ?? b.data),
    calls: of('tool_use').map((block) => ({ id: block.id, name: block.name, input: block.input })),
    refusal: message.stop_details?.explanation ?? '',
    stop: message.stop_reason,
    usage: message.usage,
  };
}

for (const file of readdirSync(folder).sort()) {
  let heard;
  try {
    heard = file.endsWith('.sse')
      ? said(await client(file, 'text/event-stream').messages.stream(question).finalMessage())
      : said(await client(file, 'application/json').messages.create(question));
  } catch (error) {
    heard = { error: String(error.message) };
  }
  console.log(JSON.stringify({ file, ...heard }));
}
