// A graphql-sse client in distinct connections mode: one subscription to its end, one query, one left early.
import { createClient } from 'graphql-sse';

const client = createClient({ url: process.argv[1], retryAttempts: 0 });

async function all(query) {
  const seen = [];
  for await (const answer of client.iterate({ query })) seen.push(answer.data ?? answer.errors);
  return seen;
}

const events = await all('subscription { count(to: 4) }');
const query = await all('{ hello }');
const invalid = await all('{ nothing }');
let left;
for await (const answer of client.iterate({ query: 'subscription { forever }' })) {
  left = answer.data;
  break;
}
client.dispose();
console.log(JSON.stringify({ events, query, invalid, left }));
