// Does with the AI SDK what its users do, over each way in that one of its providers has. The models are scripted by the test.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, Output, streamText, tool } from 'ai';
import { createOllama } from 'ai-sdk-ollama';
import assert from 'node:assert/strict';
import { z } from 'zod';
import { apiKey, base, check, DOT, finish } from './check.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;
const headers = { 'X-Formulary-Session': 'ai-sdk' };
const baseURL = `${base}/v1`;
const openai = createOpenAI({ baseURL, apiKey, headers });
const compatible = createOpenAICompatible({
  name: 'formulary', baseURL, apiKey, headers, includeUsage: true, supportsStructuredOutputs: true,
});
const anthropic = createAnthropic({ baseURL, apiKey, headers });
const ollama = createOllama({ baseURL: base, headers: { ...headers, Authorization: `Bearer ${apiKey}` } });
const name = 'vendor/gpt-test';
const ways = {
  'openai-compatible': compatible, 'openai chat': (model) => openai.chat(model), 'openai responses': openai, anthropic, ollama,
};
const city = z.object({ city: z.string() });
const tools = () => {
  const asked = [];
  const weather = tool({
    description: 'tells the weather', inputSchema: city,
    execute: async (input) => {
      asked.push(input.city);
      return 'sun';
    },
  });
  return { asked, weather };
};

for (const [way, provider] of Object.entries(ways)) {
  const model = provider(name);

  await check(`${way} generate`, async () => {
    const { text, usage, finishReason, response } = await generateText({ model, prompt: 'hello' });
    assert.equal(text, 'Hello there.');
    assert.equal(finishReason, 'stop');
    assert.equal(usage.inputTokens, 7);
    assert.equal(usage.outputTokens, 5);
    // the provider for Ollama lets nobody see headers
    assert(way === 'ollama' || response.headers['x-formulary-decision']);
    return text;
  });

  await check(`${way} stream with usage`, async () => {
    const result = streamText({ model, prompt: 'hello' });
    const pieces = [];
    for await (const piece of result.textStream) pieces.push(piece);
    assert.equal(pieces.join(''), 'Hello there.');
    assert(pieces.length > 1);
    assert.equal(await result.finishReason, 'stop');
    assert.equal((await result.usage).outputTokens, 5);
    return `${pieces.length} pieces`;
  });

  await check(`${way} parallel tools there and back`, async () => {
    const { asked, weather } = tools();
    const { text, steps } = await generateText({
      model, tools: { weather }, stopWhen: ({ steps }) => steps.length === 2, prompt: 'The weather in Bern and in Rome?',
    });
    assert.deepEqual(asked, ['Bern', 'Rome']);
    assert.equal(steps[0].finishReason, 'tool-calls');
    assert.equal(text, 'Sun in both.');
    return text;
  });

  await check(`${way} parallel tools as a stream`, async () => {
    const { asked, weather } = tools();
    const result = streamText({
      model, tools: { weather }, stopWhen: ({ steps }) => steps.length === 2, prompt: 'The weather in Bern and in Rome?',
    });
    assert.equal(await result.text, 'Sun in both.');
    assert.deepEqual(asked, ['Bern', 'Rome']);
    return asked.join(' ');
  });

  await check(`${way} to a schema`, async () => {
    const { output } = await generateText({ model, output: Output.object({ schema: city }), prompt: 'The weather in Bern?' });
    assert.deepEqual(output, { city: 'Bern' });
    const result = streamText({ model, output: Output.object({ schema: city }), prompt: 'The weather in Bern?' });
    assert.deepEqual(await result.output, { city: 'Bern' });
    return output.city;
  });

  await check(`${way} picture`, async () => {
    const content = [{ type: 'text', text: 'What is it?' }, { type: 'file', data: DOT, mediaType: 'image/png' }];
    const { text } = await generateText({ model, messages: [{ role: 'user', content }] });
    assert.equal(text, 'A dot.');
    return text;
  });

  await check(`${way} abort in mid-stream`, async () => {
    const leaving = new AbortController();
    const result = streamText({ model, prompt: 'a long story', abortSignal: leaving.signal, onError() {} });
    let pieces = 0;
    try {
      for await (const _ of result.textStream) {
        if (++pieces === 2) leaving.abort();
      }
    } catch (error) {
      assert.equal(error.name, 'AbortError');
    }
    assert(pieces < 400, `${pieces} pieces`);
    return `left after ${pieces} pieces`;
  });

  await check(`${way} a stream that breaks off is told`, async () => {
    const errors = [];
    const result = streamText({ model, prompt: 'break off', onError: ({ error }) => errors.push(error), maxRetries: 0 });
    try {
      for await (const piece of result.textStream) assert.equal(piece, 'Hel');
    } catch (error) {
      errors.push(error);
    }
    assert.match(JSON.stringify(errors.map((error) => error.message ?? error)), /broke off/);
    return 'told';
  });

  await check(`${way} 429 and again`, async () => {
    const { text } = await generateText({ model, prompt: 'throttled', maxRetries: 2 });
    assert.equal(text, 'Hello there.');
    return text;
  });

  await check(`${way} errors`, async () => {
    await assert.rejects(generateText({ model: provider('vendor/nothing'), prompt: 'hello', maxRetries: 0 }),
      (error) => /vendor\/nothing/.test(error.message));
    await assert.rejects(generateText({ model, prompt: 'too long', maxRetries: 0 }),
      (error) => /maximum context length|prompt is too long/.test(error.message) && !error.isRetryable);
    return 'by their words';
  });
}

for (const [way, model] of Object.entries({
  'openai-compatible': compatible.embeddingModel('auto'), openai: openai.embeddingModel('auto'),
  ollama: ollama.embeddingModel('auto'),
})) {
  await check(`${way} embeddings`, async () => {
    const { embeddings } = await embedMany({ model, values: ['the cat sleeps', 'the cat eats'] });
    assert.equal(embeddings.length, 2);
    assert.equal(typeof embeddings[1][0], 'number');
    return `${embeddings[0].length} numbers`;
  });
}

finish();
