// The audit suite of the GraphQL over HTTP specification: prints what did not pass, and how many there were.
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[1] });
const failed = results.filter((result) => result.status !== 'ok').map(({ id, name, reason }) => ({ id, name, reason }));
console.log(JSON.stringify({ total: results.length, failed }));
