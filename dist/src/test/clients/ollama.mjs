// Does with the ollama package, and for vectors with the openai package, what applications do with them.
import OpenAI from 'openai';
import { Ollama } from 'ollama';
import assert from 'node:assert/strict';
import { apiKey, base, check, finish } from './check.mjs';

const ollama = new Ollama({ host: base, headers: { Authorization: `Bearer ${apiKey}` } });
const messages = [{ role: 'user', content: 'Say hello.' }];
const texts = ['the cat sleeps', 'the cat eats', 'quarterly figures'];

function cosine(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function likeTextsLieNear(vectors) {
  assert.equal(vectors.length, 3);
  assert(cosine(vectors[0], vectors[1]) > cosine(vectors[0], vectors[2]));
  return `${vectors[0].length} numbers`;
}

await check('ollama embed', async () => {
  const answer = await ollama.embed({ model: 'auto', input: texts, keep_alive: 1800, options: { num_ctx: 512 } });
  assert.equal(answer.model, 'simulator/embed');
  assert(answer.prompt_eval_count > 0);
  return likeTextsLieNear(answer.embeddings);
});

await check('ollama embeddings', async () => {
  const { embedding } = await ollama.embeddings({ model: 'simulator/embed', prompt: texts[0] });
  const { embeddings } = await ollama.embed({ model: 'simulator/embed', input: texts[0] });
  assert.deepEqual(embedding, embeddings[0]);
  return `${embedding.length} numbers`;
});

await check('ollama generate', async () => {
  const answer = await ollama.generate({ model: 'auto', prompt: 'Say hello.', system: 'Be brief.' });
  assert.equal(answer.done, true);
  assert(answer.response.length > 0);
  assert(Number.isInteger(answer.total_duration) && answer.eval_count > 0);
  return answer.model;
});

await check('ollama generate as a stream', async () => {
  let text = '';
  let last = null;
  for await (const part of await ollama.generate({ model: 'auto', prompt: 'Say hello.', stream: true })) {
    text += part.response;
    last = part;
  }
  assert(text.length > 0);
  assert.equal(last.done_reason, 'stop');
  return `${text.length} characters`;
});

await check('ollama generate as JSON to a schema', async () => {
  const format = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  const answer = await ollama.generate({ model: 'simulator/echo-large', prompt: 'Count.', format });
  assert(Number.isInteger(JSON.parse(answer.response).n));
  return answer.response;
});

await check('ollama load', async () => {
  const answer = await ollama.generate({ model: 'auto', prompt: '', keep_alive: '5m' });
  assert.equal(answer.done_reason, 'load');
  return answer.done_reason;
});

await check('ollama raw is refused where it can\'t be done', async () => {
  await assert.rejects(ollama.generate({ model: 'simulator/echo-small', prompt: 'a', raw: true }),
    (error) => error.status_code === 400 && error.message.includes("'raw'"));
  return '400';
});

await check('ollama show', async () => {
  const shown = await ollama.show({ model: 'simulator/echo-large' });
  assert(shown.capabilities.includes('vision') && shown.capabilities.includes('tools'));
  assert.equal(shown.model_info[`${shown.model_info['general.architecture']}.context_length`], 131072);
  assert(!Number.isNaN(new Date(shown.modified_at).getTime()));
  return shown.capabilities.join(' ');
});

await check('ollama show of what is not there', async () => {
  await assert.rejects(ollama.show({ model: 'nothing' }),
    (error) => error.status_code === 404 && error.message === "model 'nothing' not found");
  return '404';
});

await check('ollama list and ps', async () => {
  const { models } = await ollama.list();
  for (const model of models) {
    assert(model.name && model.name === model.model && model.digest && model.details.family);
    assert.equal(typeof model.size, 'number');
  }
  assert(Array.isArray((await ollama.ps()).models));
  return models.map((model) => model.name).join(' ');
});

await check('ollama pull', async () => {
  assert.equal((await ollama.pull({ model: 'auto' })).status, 'success');
  const said = [];
  for await (const part of await ollama.pull({ model: 'simulator/embed', stream: true })) said.push(part.status);
  assert.equal(said.at(-1), 'success');
  await assert.rejects(ollama.pull({ model: 'nothing' }), (error) => error.message.includes('downloads nothing'));
  return said.join(', ');
});

await check('ollama delete and copy', async () => {
  await assert.rejects(ollama.delete({ model: 'auto' }), (error) => error.status_code === 501);
  await assert.rejects(ollama.copy({ source: 'auto', destination: 'mine' }), (error) => error.status_code === 501);
  return '501';
});

await check('ollama abort in mid-stream', async () => {
  const stream = await ollama.generate({ model: 'auto', prompt: 'Say hello.', stream: true });
  await assert.rejects(async () => {
    for await (const part of stream) if (part.response) stream.abort();
  }, { name: 'AbortError' });
  return 'left';
});

const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries: 0 });

await check('openai embeddings in base64, as it asks by itself', async () => {
  const answer = await openai.embeddings.create({ model: 'auto', input: texts });
  assert.equal(answer.model, 'simulator/embed');
  assert(Number.isInteger(answer.usage.prompt_tokens) && Number.isInteger(answer.usage.total_tokens));
  const floats = await openai.embeddings.create({ model: 'auto', input: texts, encoding_format: 'float' });
  answer.data.forEach((each, i) => each.embedding.forEach((value, j) =>
    assert(Math.abs(value - floats.data[i].embedding[j]) < 1e-6)));
  return likeTextsLieNear(answer.data.map((each) => each.embedding));
});

await check('openai embeddings with dimensions', async () => {
  const answer = await openai.embeddings.create({ model: 'simulator/embed', input: 'a', dimensions: 7 });
  assert.equal(answer.data[0].embedding.length, 7);
  return '7 numbers';
});

await check('openai embeddings of tokens are refused by a model that reads texts', async () => {
  await assert.rejects(openai.embeddings.create({ model: 'simulator/embed', input: [[1, 2], [3]] }),
    (error) => error.status === 400 && error.code === 'unsupported_parameter');
  return '400';
});

await check('openai embeddings of a text that is too long', async () => {
  await assert.rejects(openai.embeddings.create({ model: 'auto', input: 'word '.repeat(20000) }),
    (error) => error.status === 400 && error.code === 'context_length_exceeded');
  return '400';
});

await check('openai embeddings by a model that has none', async () => {
  await assert.rejects(openai.embeddings.create({ model: 'simulator/echo-small', input: 'a' }),
    (error) => error.status === 403 && error.code === 'model_forbidden');
  return '403';
});

finish();
