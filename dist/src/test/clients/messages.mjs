// Does what programs do with the official client of the Messages API.
import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { apiKey, base as baseURL, check, CITY as schema, DOT, finish } from './check.mjs';

const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });
const hello = { model: 'play/echo-large', max_tokens: 200, messages: [{ role: 'user', content: 'Say hello.' }] };
const tools = [{ name: 'weather', description: 'Tells the weather', input_schema: schema },
  { name: 'now', description: 'Tells the time', input_schema: { type: 'object', properties: {} } }];

const text = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

await check('list', async () => {
  const ids = [];
  for await (const model of client.models.list({ limit: 2 })) ids.push(model.id);
  assert.equal(ids[0], 'auto');
  assert.equal(new Set(ids).size, ids.length);
  assert(ids.includes('play/echo-large') && ids.includes('letters/claude-sonnet-4-5'), ids.join(' '));
  const one = await client.models.retrieve('play/echo-large');
  assert.equal(one.type, 'model');
  await assert.rejects(client.models.retrieve('nobody'), Anthropic.NotFoundError);
  return ids.join(' ');
});

await check('create', async () => {
  const { data, response } = await client.messages.create({ ...hello, model: 'auto',
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] }).withResponse();
  assert.equal(data.type, 'message');
  assert.equal(data.role, 'assistant');
  assert.equal(data.content[0].type, 'text');
  assert(['end_turn', 'stop_sequence'].includes(data.stop_reason));
  assert(data.usage.input_tokens > 0 && data.usage.output_tokens > 0);
  assert.equal(data._request_id, 'req_' + response.headers.get('x-formulary-decision'));
  return response.headers.get('x-formulary-model');
});

await check('what is left out is told', async () => {
  const { response } = await client.messages.create({ ...hello,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }] })
    .withResponse();
  assert.match(response.headers.get('x-formulary-ignored'), /cache_control/);
  return response.headers.get('x-formulary-ignored');
});

await check('stream', async () => {
  const types = [];
  for await (const event of await client.messages.create({ ...hello, stream: true })) types.push(event.type);
  assert.equal(types[0], 'message_start');
  assert.equal(types.at(-1), 'message_stop');
  assert(types.filter((type) => type === 'content_block_delta').length > 1);
  return `${types.length} events`;
});

await check('stream helper with usage', async () => {
  let said = '';
  const stream = client.messages.stream(hello).on('text', (piece) => { said += piece; });
  const message = await stream.finalMessage();
  assert.equal(text(message), said);
  assert.equal(message.stop_reason, 'end_turn');
  assert(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
  return `${message.usage.input_tokens} + ${message.usage.output_tokens} tokens`;
});

await check('thinking', async () => {
  const asked = { ...hello, max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 2000 } };
  const message = await client.messages.stream(asked).finalMessage();
  assert.deepEqual(message.content.map((block) => block.type), ['thinking', 'text']);
  assert(message.content[0].thinking.length > 0);
  const again = await client.messages.create({ ...asked, messages: [...hello.messages,
    { role: 'assistant', content: message.content }, { role: 'user', content: 'And now?' }] });
  assert.equal(again.content.at(-1).type, 'text');
  return message.content[0].thinking;
});

await check('tools round trip', async () => {
  const asked = { ...hello, tools, tool_choice: { type: 'tool', name: 'weather' } };
  const message = await client.messages.create(asked);
  assert.equal(message.stop_reason, 'tool_use');
  const call = message.content.find((block) => block.type === 'tool_use');
  assert.equal(call.name, 'weather');
  assert.equal(typeof call.input.city, 'string');
  const answer = await client.messages.create({ ...asked, tool_choice: { type: 'auto' }, messages: [...hello.messages,
    { role: 'assistant', content: message.content },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Sunny.', is_error: false }] }] });
  assert.equal(answer.stop_reason, 'end_turn');
  return text(answer);
});

await check('parallel tools', async () => {
  for (const message of [await client.messages.create({ ...hello, model: 'cloud/gpt-test', tools }),
    await client.messages.stream({ ...hello, model: 'cloud/gpt-test', tools }).finalMessage()]) {
    assert.equal(message.stop_reason, 'tool_use');
    const calls = message.content.filter((block) => block.type === 'tool_use');
    assert.deepEqual(calls.map(({ id, name, input }) => ({ id, name, input })), [
      { id: 'call_1', name: 'weather', input: { city: 'Bern' } }, { id: 'call_2', name: 'now', input: {} }]);
    const answer = await client.messages.create({ ...hello, tools, messages: [...hello.messages,
      { role: 'assistant', content: message.content },
      { role: 'user', content: calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: 'fine' })) }] });
    assert.equal(answer.stop_reason, 'end_turn');
  }
  return '2 calls, whole and in pieces';
});

await check('json schema', async () => {
  const message = await client.messages.create({ ...hello, output_config: { format: { type: 'json_schema', schema } } });
  assert.equal(typeof JSON.parse(text(message)).city, 'string');
  return text(message);
});

await check('picture', async () => {
  const source = { type: 'base64', media_type: 'image/png', data: DOT };
  const message = await client.messages.create({ ...hello,
    messages: [{ role: 'user', content: [{ type: 'image', source }, { type: 'text', text: 'What is it?' }] }] });
  assert(message.usage.input_tokens > 200);
  return `${message.usage.input_tokens} tokens`;
});

await check('count tokens', async () => {
  const { model, messages } = hello;
  const plain = await client.messages.countTokens({ model, messages });
  const more = await client.messages.countTokens({ model, messages, tools });
  assert(plain.input_tokens > 0 && more.input_tokens > plain.input_tokens);
  return `${plain.input_tokens}, with tools ${more.input_tokens}`;
});

await check('abort in mid-stream', async () => {
  const stream = client.messages.stream({ ...hello, model: 'slow/echo-large' });
  stream.on('text', () => stream.abort());
  await assert.rejects(stream.finalMessage(), Anthropic.APIUserAbortError);
  return 'left';
});

await check('429 is tried again', async () => {
  const hasty = new Anthropic({ baseURL, apiKey: 'sk-hasty', maxRetries: 0 });
  const refusals = [];
  for (let i = 0; i < 3; i++) {
    await hasty.messages.create(hello).catch((error) => refusals.push(error));
  }
  assert(refusals.length > 0);
  assert(refusals[0] instanceof Anthropic.RateLimitError);
  assert.equal(refusals[0].error.error.type, 'rate_limit_error');
  assert.match(refusals[0].requestID, /^req_/);
  assert(Number(refusals[0].headers.get('retry-after')) >= 1);
  const again = new Anthropic({ baseURL, apiKey: 'sk-hasty', maxRetries: 5 });
  assert.equal((await again.messages.create(hello)).stop_reason, 'end_turn');
  return refusals[0].message;
});

await check('context overflow', async () => {
  const messages = [{ role: 'user', content: 'word '.repeat(400_000) }];
  await assert.rejects(client.messages.create({ ...hello, messages }), (error) => error instanceof Anthropic.BadRequestError
    && /prompt is too long: \d+ tokens > \d+ maximum/.test(error.message));
  return 'prompt is too long';
});

await check('wrong key, wrong body, what nobody can do', async () => {
  const stranger = new Anthropic({ baseURL, apiKey: 'sk-none', maxRetries: 0 });
  await assert.rejects(stranger.messages.create(hello), Anthropic.AuthenticationError);
  const bearer = new Anthropic({ baseURL, apiKey: null, authToken: apiKey, maxRetries: 0 });
  assert.equal((await bearer.messages.create(hello)).type, 'message');
  const { max_tokens: _, ...unlimited } = hello;
  await assert.rejects(client.messages.create(unlimited), (error) => error instanceof Anthropic.BadRequestError
    && /max_tokens: Field required/.test(error.message) && error.error.request_id === error.requestID);
  await assert.rejects(client.messages.create({ ...hello, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }),
    (error) => error instanceof Anthropic.BadRequestError && /web_search_20250305/.test(error.message));
  return '401, 400, 400';
});

await check('a vendor of the same format', async () => {
  const asked = { model: 'letters/claude-sonnet-4-5', max_tokens: 50, metadata: { user_id: 'u', zone: 'hall' },
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }] };
  const whole = await client.messages.create(asked);
  assert.equal(whole.id, 'msg_1');
  assert.equal(whole.stop_reason, 'stop_sequence');
  const stream = await client.messages.stream(asked).finalMessage();
  assert.equal(text(stream), text(whole));
  assert.equal(stream.stop_sequence, 'END');
  return text(whole);
});

finish();
