// PostGraphile 5 as in production: node serve.cjs SOCKET DATABASE PORT SCHEMA MODULES
// Child rows are lists (no connection within a connection), as its documentation recommends for small collections.
'use strict'
const [, , socket, database, port, schema, modules] = process.argv
const from = (name) => require(require.resolve(name, { paths: [modules] }))
const { createServer } = require('node:http')
const { grafserv } = from('grafserv/node')
const { postgraphile } = from('postgraphile')
const { PostGraphileAmberPreset } = from('postgraphile/presets/amber')
const { makePgService } = from('postgraphile/adaptors/pg')

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ schemas: ['public', schema], poolConfig: { host: socket, user: 'postgres', database, max: 10 } })],
  plugins: [{ name: 'OneNamespace', inflection: { replace: { _schemaPrefix: () => '' } } }],
  schema: { defaultBehavior: '+connection +list -insert -update -delete' },
  grafserv: { port: Number(port), graphiql: false, watch: false },
  grafast: { explain: false }
}
if (port === 'schema') {
  const { printSchema } = from('graphql')
  postgraphile(preset).getSchema().then((made) => { console.log(printSchema(made)); process.exit() })
} else {
  const service = postgraphile(preset).createServ(grafserv)
  const server = createServer()
  server.once('listening', () => server.on('error', (error) => console.error(error)))
  service.addTo(server).then(() => server.listen(Number(port), '127.0.0.1'))
}
