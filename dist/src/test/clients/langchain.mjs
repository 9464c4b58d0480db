// Does with LangChain what its users do, over each way in that one of its packages has. The models are scripted by the test.
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOllama, OllamaEmbeddings } from '@langchain/ollama';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import assert from 'node:assert/strict';
import { z } from 'zod';
import { apiKey, base, check, DOT, finish } from './check.mjs';

const headers = { 'X-Formulary-Session': 'langchain' };
const configuration = { baseURL: `${base}/v1`, defaultHeaders: headers };
const model = 'vendor/gpt-test';
const ways = {
  chat: (options) => new ChatOpenAI({ model, apiKey, configuration, ...options }),
  responses: (options) => new ChatOpenAI({ model, apiKey, configuration, useResponsesApi: true, ...options }),
  messages: (options) => new ChatAnthropic({
    model, apiKey, anthropicApiUrl: base, maxTokens: 500, clientOptions: { defaultHeaders: headers }, ...options,
  }),
  ollama: (options) => new ChatOllama({
    model, baseUrl: base, headers: { ...headers, Authorization: `Bearer ${apiKey}` }, ...options,
  }),
};
const city = z.object({ city: z.string() });
const weather = tool(async (input) => `sun in ${input.city}`, { name: 'weather', description: 'tells the weather', schema: city });

async function whole(stream) {
  let sum;
  let pieces = 0;
  for await (const piece of stream) {
    if (piece.text) pieces++;
    sum = sum === undefined ? piece : sum.concat(piece);
  }
  return { sum, pieces };
}

async function thereAndBack(asked, calling, chat) {
  assert.deepEqual(calling.tool_calls.map((call) => [call.name, call.args.city]), [['weather', 'Bern'], ['weather', 'Rome']]);
  const ids = calling.tool_calls.map((call) => call.id);
  assert(ids.every(Boolean) && new Set(ids).size === 2, ids.join(' '));
  const results = calling.tool_calls.map((call) => new ToolMessage({ content: 'sun', tool_call_id: call.id, name: call.name }));
  const answer = await chat.invoke([...asked, calling, ...results]);
  assert.equal(answer.text, 'Sun in both.');
  return answer.text;
}

for (const [way, chat] of Object.entries(ways)) {
  await check(`${way} invoke`, async () => {
    const answer = await chat().invoke([new SystemMessage('Be brief.'), new HumanMessage('hello')]);
    assert.equal(answer.text, 'Hello there.');
    assert.equal(answer.usage_metadata.input_tokens, 7);
    assert.equal(answer.usage_metadata.output_tokens, 5);
    return answer.text;
  });

  await check(`${way} stream with usage`, async () => {
    const { sum, pieces } = await whole(await chat().stream('hello'));
    assert.equal(sum.text, 'Hello there.');
    assert(pieces > 1);
    assert.equal(sum.usage_metadata.output_tokens, 5);
    return `${pieces} pieces`;
  });

  await check(`${way} parallel tools there and back`, async () => {
    const bound = chat().bindTools([weather]);
    const asked = [new HumanMessage('The weather in Bern and in Rome?')];
    await thereAndBack(asked, await bound.invoke(asked), bound);
    const { sum } = await whole(await bound.stream(asked));
    return thereAndBack(asked, sum, bound);
  });

  await check(`${way} to a schema`, async () => {
    const structured = await chat().withStructuredOutput(city, { name: 'place' }).invoke('The weather in Bern?');
    assert.deepEqual(structured, { city: 'Bern' });
    const called = await chat().withStructuredOutput(city, { name: 'place', method: 'functionCalling' })
      .invoke('The weather in Bern?');
    assert.deepEqual(called, { city: 'Bern' });
    return structured.city;
  });

  await check(`${way} picture`, async () => {
    const content = [{ type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${DOT}` } }];
    const answer = await chat().invoke([new HumanMessage({ content })]);
    assert.equal(answer.text, 'A dot.');
    return answer.text;
  });

  await check(`${way} abort in mid-stream`, async () => {
    const leaving = new AbortController();
    let pieces = 0;
    await assert.rejects(async () => {
      for await (const _ of await chat().stream('a long story', { signal: leaving.signal })) {
        if (++pieces === 2) leaving.abort();
      }
    });
    assert(pieces < 400, `${pieces} pieces`);
    return `left after ${pieces} pieces`;
  });

  await check(`${way} a stream that breaks off is told`, async () => {
    await assert.rejects(async () => whole(await chat({ maxRetries: 0 }).stream('break off')), /broke off/);
    return 'told';
  });

  await check(`${way} 429 and again`, async () => {
    const answer = await chat({ maxRetries: 2 }).invoke('throttled');
    assert.equal(answer.text, 'Hello there.');
    return answer.text;
  });

  await check(`${way} errors`, async () => {
    await assert.rejects(chat({ model: 'vendor/nothing', maxRetries: 0 }).invoke('hello'), /vendor\/nothing/);
    await assert.rejects(chat({ maxRetries: 0 }).invoke('too long'), /maximum context length|prompt is too long/);
    return 'by their words';
  });
}

for (const [way, embeddings] of Object.entries({
  openai: new OpenAIEmbeddings({ model: 'auto', apiKey, configuration }),
  ollama: new OllamaEmbeddings({ model: 'auto', baseUrl: base, headers: { Authorization: `Bearer ${apiKey}` } }),
})) {
  await check(`${way} embeddings`, async () => {
    const vectors = await embeddings.embedDocuments(['the cat sleeps', 'the cat eats']);
    assert.equal(vectors.length, 2);
    assert.equal(vectors[0].length, (await embeddings.embedQuery('a cat')).length);
    return `${vectors[0].length} numbers`;
  });
}

finish();
