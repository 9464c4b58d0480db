// Reads recorded answers with the vendor's own client and prints what it understands: one JSON object a line.
// usage: node agree.mjs http://127.0.0.1:9999 NAME...
import { Ollama } from 'ollama';

const [base, ...names] = process.argv.slice(2);
const messages = [{ role: 'user', content: 'Hi' }];

async function hear(name) {
  const client = new Ollama({ host: `${base}/${name}` });
  const heard = { name, text: '', thinking: '', finish: null, calls: [], tokens: [], prompt: -1, completion: -1, failed: false };
  try {
    const stream = name.endsWith('.ndjson');
    const answer = await client.chat({ model: 'm', messages, stream });
    for await (const line of stream ? answer : [answer]) {
      heard.text += line.message.content;
      heard.thinking += line.message.thinking ?? '';
      heard.finish = line.done_reason ?? heard.finish;
      for (const call of line.message.tool_calls ?? []) heard.calls.push([call.function.name, call.function.arguments]);
      heard.tokens.push(...(line.message.content ? line.logprobs ?? [] : []).map((token) => token.token));
      heard.prompt = line.prompt_eval_count ?? heard.prompt;
      heard.completion = line.eval_count ?? heard.completion;
    }
  } catch (error) {
    heard.failed = true;
  }
  return heard;
}

for (const name of names) console.log(JSON.stringify(await hear(name)));
