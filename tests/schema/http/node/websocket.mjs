// A graphql-ws client: one subscription to its end, one query, one mutation, one refused token.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[1];
const connect = (connectionParams) =>
  createClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0, onNonLazyError: () => {} });

async function all(client, query) {
  const seen = [];
  for await (const answer of client.iterate({ query })) seen.push(answer.data ?? answer.errors);
  return seen;
}

const client = connect({ Authorization: 'Bearer good' });
const events = await all(client, 'subscription { count(to: 4) }');
const who = await all(client, '{ who }');
const sum = await all(client, 'mutation { add(a: 20, b: 22) }');
let invalid;
try {
  await all(client, '{ nothing }');
} catch (errors) {
  invalid = errors[0].extensions.code;
}
await client.dispose();

let refused;
try {
  await all(connect({ Authorization: 'Bearer bad' }), '{ who }');
} catch (event) {
  refused = event.code;
}
console.log(JSON.stringify({ events, who, sum, invalid, refused }));
