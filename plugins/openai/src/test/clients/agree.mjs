// Reads recorded answers with the vendor's own client and prints what it understands: one JSON object a line.
// usage: node agree.mjs http://127.0.0.1:9999 NAME...
import OpenAI from 'openai';

const [base, ...names] = process.argv.slice(2);
const messages = [{ role: 'user', content: 'Hi' }];

function take(heard, choice, part) {
  heard.text += part.content ?? '';
  heard.refusal += part.refusal ?? '';
  const finish = choice.finish_reason === 'function_call' ? 'tool_calls' : choice.finish_reason;
  heard.finish = finish ?? heard.finish;
  const only = part.function_call ? [{ index: 0, function: part.function_call }] : [];
  for (const piece of [...(part.tool_calls ?? []), ...only]) {
    const call = (heard.calls[piece.index ?? heard.calls.length] ??= { name: '', arguments: '' });
    call.name ||= piece.function?.name ?? piece.custom?.name ?? '';
    call.arguments += piece.function?.arguments ?? piece.custom?.input ?? '';
  }
  for (const token of choice.logprobs?.content ?? []) heard.tokens.push(token.token);
}

async function hear(name) {
  const client = new OpenAI({ baseURL: `${base}/${name}`, apiKey: 'none', maxRetries: 0 });
  const heard = { name, text: '', refusal: '', finish: null, calls: [], tokens: [], prompt: -1, completion: -1, failed: false };
  try {
    const stream = name.endsWith('.sse');
    const answer = await client.chat.completions.create({ model: 'm', messages, stream });
    for await (const frame of stream ? answer : [answer]) {
      const choice = frame.choices.find((each) => each.index === 0);
      if (choice) take(heard, choice, choice.delta ?? choice.message);
      heard.prompt = frame.usage?.prompt_tokens ?? heard.prompt;
      heard.completion = frame.usage?.completion_tokens ?? heard.completion;
    }
  } catch (error) {
    heard.failed = true;
  }
  return heard;
}

for (const name of names) console.log(JSON.stringify(await hear(name)));
