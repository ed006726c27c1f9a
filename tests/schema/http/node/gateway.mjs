// An Apollo gateway over the hub and a second Relay subgraph that extends its commitments.
// Reads from standard input: {url, sdl, queries}; prints the answers.
import { readFileSync } from 'node:fs';
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const { url, sdl, code, queries } = JSON.parse(readFileSync(0, 'utf8'));

const auditsDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@interfaceObject"])
  interface Node { id: ID! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Audit implements Node @key(fields: "id") { id: ID! verdict: String! commitment: Commitment! }
  type AuditConnection { nodes: [Audit!]! pageInfo: PageInfo! }
  type Commitment @key(fields: "code") { code: String! audits: [Audit!]! }
  type OdsGoal @key(fields: "number") { number: Int! slogan: String! }
  type Query { audits: AuditConnection! }
`);
const audit = { __typename: 'Audit', id: 'A1', verdict: 'FULFILLED', commitment: { __typename: 'Commitment', code } };
const missing = { ...audit, id: 'A2', commitment: { __typename: 'Commitment', code: 'NO-SUCH-CODE' } };
const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
const audits = buildSubgraphSchema({
  typeDefs: auditsDefs,
  resolvers: {
    Query: { audits: () => ({ nodes: process.argv[1] === 'missing' ? [audit, missing] : [audit], pageInfo }) },
    Commitment: { __resolveReference: (reference) => reference, audits: () => [audit] },
    OdsGoal: { __resolveReference: (reference) => reference, slogan: ({ number }) => `Goal ${number}` },
  },
});

const composed = composeServices([
  { name: 'hub', url, typeDefs: parse(sdl) },
  { name: 'audits', url: 'local', typeDefs: auditsDefs },
]);
if (composed.errors) {
  console.log(JSON.stringify({ errors: composed.errors.map((error) => error.message) }));
  process.exit(0);
}

const gateway = new ApolloGateway({
  supergraphSdl: composed.supergraphSdl,
  buildService: ({ name, url: at }) =>
    name === 'audits' ? new LocalGraphQLDataSource(audits) : new RemoteGraphQLDataSource({ url: at }),
});
const { executor, schema } = await gateway.load();
const answers = [];
for (const query of queries) {
  const document = parse(query);
  const answer = await executor({
    document, schema, request: { query, variables: {} }, queryHash: query, context: {}, cache: undefined,
    metrics: {}, logger: console, operationName: null, operation: document.definitions[0],
  });
  answers.push({ data: answer.data, errors: (answer.errors ?? []).map((error) => error.message) });
}
await gateway.stop();
console.log(JSON.stringify({ answers }));
