// What the scripts of this folder share: they print one line a case, and end with 1 when one of them failed.
// usage of each: node SCRIPT.mjs http://127.0.0.1:8080 KEY
export const [base, apiKey] = process.argv.slice(2);
/** A picture of one dot, in Base64. */
export const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** What the weather is asked with. */
export const CITY = {
  type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false,
};
let failed = 0;
let passed = 0;

/** Runs a case, and prints what it shows, or why it failed. */
export async function check(name, run) {
  try {
    console.log(`ok   ${name}: ${await run()}`);
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${error.stack}`);
  }
}

/** Prints the sum, and ends the process. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
