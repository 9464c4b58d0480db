// Does what a newcomer would do with the official clients: list, chat, stream, abort. Prints one line a case.
import OpenAI from 'openai';
import { Ollama } from 'ollama';
import assert from 'node:assert/strict';
import { apiKey, base, check, finish } from './check.mjs';

const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries: 0 });
const ollama = new Ollama({ host: base, headers: { Authorization: `Bearer ${apiKey}` } });
const messages = [{ role: 'user', content: 'Say hello.' }];

await check('openai models.list', async () => {
  const ids = [];
  for await (const model of openai.models.list()) ids.push(model.id);
  assert(ids.includes('auto'), `no auto in ${ids}`);
  assert(ids.some((id) => id.includes('/')), `no provider/model in ${ids}`);
  return ids.join(' ');
});

await check('openai models.retrieve', async () => {
  const all = await openai.models.list();
  const name = all.data.find((model) => model.id.includes('/')).id;
  assert.equal((await openai.models.retrieve(name)).id, name);
  return name;
});

await check('openai chat', async () => {
  const { data, response } = await openai.chat.completions.create({ model: 'auto', messages }).withResponse();
  assert.equal(data.choices[0].finish_reason, 'stop');
  assert(data.choices[0].message.content.length > 0);
  assert(data.usage.total_tokens > 0);
  assert(response.headers.get('x-formulary-decision'));
  return response.headers.get('x-formulary-model');
});

await check('openai stream with usage', async () => {
  const stream = await openai.chat.completions.create({
    model: 'auto', messages, stream: true, stream_options: { include_usage: true },
  });
  let text = '';
  let pieces = 0;
  let usage = null;
  let finish = null;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content) {
      text += chunk.choices[0].delta.content;
      pieces++;
    }
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  assert(pieces > 1, `the answer came in ${pieces} pieces`);
  assert.equal(finish, 'stop');
  assert(usage.completion_tokens > 0);
  return `${pieces} pieces`;
});

await check('openai stream helper', async () => {
  const final = await openai.chat.completions.stream({ model: 'auto', messages }).finalChatCompletion();
  assert(final.choices[0].message.content.length > 0);
  return `${final.choices[0].message.content.length} characters`;
});

await check('openai abort in mid-stream', async () => {
  const stream = await openai.chat.completions.create({ model: 'auto', messages, stream: true });
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content) stream.controller.abort();
  }
  return 'left';
});

await check('openai unknown model', async () => {
  await assert.rejects(openai.chat.completions.create({ model: 'nobody/nothing', messages }),
    (error) => error.status === 404 && error.code === 'model_not_found');
  return '404 model_not_found';
});

await check('ollama list', async () => {
  const { models } = await ollama.list();
  assert(models.some((model) => model.name === 'auto'));
  return `${models.length} models`;
});

await check('ollama chat', async () => {
  const answer = await ollama.chat({ model: 'auto', messages });
  assert.equal(answer.done, true);
  assert(answer.message.content.length > 0);
  return answer.model;
});

await check('ollama stream', async () => {
  let pieces = 0;
  let last = null;
  for await (const part of await ollama.chat({ model: 'auto', messages, stream: true })) {
    if (part.message.content) pieces++;
    last = part;
  }
  assert(pieces > 1, `the answer came in ${pieces} pieces`);
  assert.equal(last.done, true);
  assert(last.eval_count > 0);
  return `${pieces} pieces`;
});

await check('ollama unknown model', async () => {
  await assert.rejects(ollama.chat({ model: 'nobody/nothing', messages }), (error) => error.status_code === 404);
  return '404';
});

finish();
