// Serves recorded answers on this machine and prints what the vendor's own client reads in them, one JSON line each; then
// what it sends for a request that uses all that this plug-in carries, and for texts to be turned into vectors.
import { createServer } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import { GoogleGenAI } from '@google/genai';

const folder = process.argv[2];
const recordings = new Map(readdirSync(folder).sort().map((file) => {
  const lines = readFileSync(`${folder}/${file}`, 'utf8').split('\n');
  return [file.replace('.txt', ''), lines.slice(0, lines.indexOf('---'))];
}));
const sent = [];

const server = createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  sent.push({ path: request.url, key: request.headers['x-goog-api-key'], body: JSON.parse(body) });
  const [, model, method] = request.url.match(/^\/v1beta\/models\/([^:]+):(\w+)/);
  const frames = recordings.get(model) ?? ['{}'];
  if (method === 'streamGenerateContent') {
    response.setHeader('Content-Type', 'text/event-stream');
    for (const frame of frames) response.write(`data: ${frame}\r\n\r\n`);
    response.end();
  } else {
    response.setHeader('Content-Type', 'application/json');
    response.end(method === 'batchEmbedContents' ? '{"embeddings":[{"values":[1]},{"values":[2]}]}' : frames[0]);
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
console.warn = console.debug = () => {};

const ai = new GoogleGenAI({
  apiKey: 'test-key',
  httpOptions: { baseUrl: `http://127.0.0.1:${server.address().port}`, retryOptions: { attempts: 1 } },
});

async function read(name, form, responses) {
  const seen = { name, form, text: '', thinking: '', calls: [], finish: null, blocked: null, usage: null, failed: false };
  try {
    for await (const response of await responses()) {
      seen.text += response.text ?? '';
      const candidate = response.candidates?.[0];
      for (const part of candidate?.content?.parts ?? []) if (part.thought) seen.thinking += part.text;
      for (const call of response.functionCalls ?? []) seen.calls.push({ name: call.name, args: call.args ?? {} });
      seen.finish = candidate?.finishReason ?? seen.finish;
      seen.blocked = response.promptFeedback?.blockReason ?? seen.blocked;
      seen.usage = response.usageMetadata ?? seen.usage;
    }
  } catch {
    seen.failed = true;
  }
  console.log(JSON.stringify(seen));
}

for (const [name, frames] of recordings) {
  const question = { model: name, contents: 'Hi' };
  await read(name, 'stream', () => ai.models.generateContentStream(question));
  if (frames.length === 1) await read(name, 'whole', async () => [await ai.models.generateContent(question)]);
}

const schema = { type: 'object', properties: { city: { type: 'string' } } };
await ai.models.generateContent({
  model: 'gemini-3.1-pro-preview',
  contents: [
    { role: 'user', parts: [{ text: 'Look:' }, { inlineData: { mimeType: 'image/png', data: 'iVBO' } }] },
    { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'weather', args: { city: 'Bonn' } }, thoughtSignature: 'c2ln' }] },
    { role: 'user', parts: [{ functionResponse: { id: 'c1', name: 'weather', response: { result: 'rain' } } }] },
  ],
  config: {
    systemInstruction: 'Be brief.',
    temperature: 0.5, topP: 0.9, topK: 40, maxOutputTokens: 100, seed: 7, stopSequences: ['END'],
    presencePenalty: 0.25, frequencyPenalty: -0.25, responseLogprobs: true, logprobs: 3,
    responseMimeType: 'application/json', responseJsonSchema: schema,
    thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' },
    tools: [{ functionDeclarations: [{ name: 'weather', description: 'tells it', parametersJsonSchema: schema }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
  },
});
console.log(JSON.stringify({ name: 'sent', ...sent.at(-1) }));
await ai.models.embedContent({ model: 'gemini-embedding-001', contents: ['a', 'b'], config: { outputDimensionality: 2 } });
console.log(JSON.stringify({ name: 'embedded', ...sent.at(-1) }));
server.close();
server.closeAllConnections();
