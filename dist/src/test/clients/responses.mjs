// What a program does with the responses of the official client, against a running node whose models are scripted by the test.
import OpenAI from 'openai';
import assert from 'node:assert/strict';
import { apiKey, base, check, CITY, DOT, finish } from './check.mjs';

const client = (options) => new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries: 0, ...options });
const openai = client({});
const model = 'vendor/gpt-test';
const weather = {
  type: 'function', name: 'weather', description: 'tells the weather', strict: true,
  parameters: CITY,
};

await check('create', async () => {
  const { data, response } = await openai.responses.create({ model, input: 'hello', instructions: 'Be brief.' })
    .withResponse();
  assert.equal(data.status, 'completed');
  assert.equal(data.output_text, 'Hello there.');
  assert.equal(data.usage.total_tokens, 12);
  assert.equal(data.instructions, 'Be brief.');
  assert(response.headers.get('x-formulary-decision'));
  return data.output_text;
});

await check('stream with the helper', async () => {
  const stream = openai.responses.stream({ model, input: 'hello' });
  let text = '';
  let numbers = 0;
  for await (const event of stream) {
    assert.equal(event.sequence_number, numbers++);
    if (event.type === 'response.output_text.delta') text += event.delta;
  }
  const final = await stream.finalResponse();
  assert.equal(text, 'Hello there.');
  assert.equal(final.output_text, text);
  assert.equal(final.usage.output_tokens, 5);
  return `${numbers} events`;
});

await check('parallel tools there and back', async () => {
  const input = [{ role: 'user', content: 'The weather in Bern and in Rome?' }];
  const stream = openai.responses.stream({ model, input, tools: [weather], store: false });
  const first = await stream.finalResponse();
  const calls = first.output.filter((item) => item.type === 'function_call');
  assert.deepEqual(calls.map((call) => JSON.parse(call.arguments).city), ['Bern', 'Rome']);
  assert.notEqual(calls[0].call_id, calls[1].call_id);
  const results = calls.map((call) => ({ type: 'function_call_output', call_id: call.call_id, output: 'sun' }));
  const second = await openai.responses.create({
    model, tools: [weather], store: false, input: [...input, ...first.output, ...results],
  });
  assert.equal(second.output_text, 'Sun in both.');
  return `${calls.length} calls`;
});

await check('json schema', async () => {
  const parsed = await openai.responses.parse({
    model, input: 'The weather in Bern?',
    text: { format: { type: 'json_schema', name: 'weather', strict: true, schema: weather.parameters } },
  });
  assert.deepEqual(parsed.output_parsed ?? JSON.parse(parsed.output_text), { city: 'Bern' });
  return parsed.output_text;
});

await check('picture', async () => {
  const answer = await openai.responses.create({
    model,
    input: [{
      role: 'user', content: [{ type: 'input_text', text: 'What is it?' },
        { type: 'input_image', image_url: `data:image/png;base64,${DOT}`, detail: 'auto' }],
    }],
  });
  assert.equal(answer.output_text, 'A dot.');
  return answer.output_text;
});

await check('previous_response_id, fetch, list, delete', async () => {
  const first = await openai.responses.create({ model, input: 'I have a dog.' });
  assert.equal(first.store, true);
  const second = await openai.responses.create({ model, input: 'Its name?', previous_response_id: first.id });
  assert.equal(second.previous_response_id, first.id);
  const items = [];
  for await (const item of openai.responses.inputItems.list(second.id, { order: 'asc', limit: 2 })) items.push(item);
  assert.deepEqual(items.map((item) => item.role), ['user', 'assistant', 'user']);
  assert.equal((await openai.responses.retrieve(second.id)).output_text, second.output_text);
  await openai.responses.delete(second.id);
  await assert.rejects(openai.responses.retrieve(second.id), (error) => error.status === 404);
  await assert.rejects(openai.responses.create({ model, input: 'Its age?', previous_response_id: second.id }),
    (error) => error.status === 400 && error.code === 'previous_response_not_found'
      && error.param === 'previous_response_id');
  await assert.rejects(openai.responses.cancel(first.id), (error) => error.status === 400);
  return `${items.length} items`;
});

await check('input_tokens', async () => {
  const counted = await openai.responses.inputTokens.count({ model, input: 'hello' });
  assert.equal(counted.object, 'response.input_tokens');
  assert(counted.input_tokens > 0);
  return counted.input_tokens;
});

await check('as a house does: not stored, thoughts carried, tools, streamed', async () => {
  const stream = await openai.responses.create({
    model, stream: true, store: false, max_output_tokens: 3000, user: 'conversation-1',
    include: ['reasoning.encrypted_content'], reasoning: { effort: 'low', summary: 'auto' }, tools: [weather],
    text: { verbosity: 'low' }, service_tier: 'auto',
    input: [{ type: 'message', role: 'developer', content: 'You are a voice assistant.' },
      { type: 'message', role: 'user', content: 'Hello' }],
  });
  let summary = '';
  let last = null;
  for await (const event of stream) {
    if (event.type === 'response.reasoning_summary_text.delta') summary += event.delta;
    last = event;
  }
  assert.equal(summary, 'They greet.');
  assert.equal(last.type, 'response.completed');
  assert.equal(last.response.store, false);
  return summary;
});

await check('incomplete', async () => {
  const answer = await openai.responses.create({ model, input: 'hello', max_output_tokens: 16 });
  assert.equal(answer.status, 'incomplete');
  assert.equal(answer.incomplete_details.reason, 'max_output_tokens');
  return answer.incomplete_details.reason;
});

await check('a stream that breaks off', async () => {
  await assert.rejects(openai.responses.stream({ model, input: 'break off' }).finalResponse(),
    (error) => /broke off/.test(error.message));
  return 'told';
});

await check('abort in mid-stream', async () => {
  const stream = await openai.responses.create({ model, input: 'a long story', stream: true });
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') stream.controller.abort();
  }
  return 'left';
});

await check('429 and again', async () => {
  const answer = await client({ maxRetries: 1 }).responses.create({ model, input: 'throttled' });
  assert.equal(answer.output_text, 'Hello there.');
  return 'answered';
});

await check('context overflow', async () => {
  await assert.rejects(openai.responses.create({ model, input: 'too long' }),
    (error) => error.status === 400 && error.code === 'context_length_exceeded'
      && /maximum context length/.test(error.message));
  return '400 context_length_exceeded';
});

await check('unknown model', async () => {
  await assert.rejects(openai.responses.create({ model: 'nobody/nothing', input: 'hello' }),
    (error) => error.status === 400 && error.code === 'model_not_found');
  return '400 model_not_found';
});

await check('what nobody here does', async () => {
  await assert.rejects(openai.responses.create({ model, input: 'hello', background: true }),
    (error) => error.status === 400 && error.code === 'unsupported_parameter' && error.param === 'background');
  await assert.rejects(openai.responses.create({ model, input: 'hello', tools: [{ type: 'web_search' }] }),
    (error) => error.code === 'unsupported_parameter' && error.param === 'tools[0].type');
  return '400 unsupported_parameter';
});

finish();
