// Mercurius with JIT over better-sqlite3: node mercurius.cjs DATABASE PORT plain|model MODULES
// plain: normalised tables with sensible indexes. model: a facet index in page order, a count cube, ready JSON.
'use strict'
const [, , database, port, mode, modules] = process.argv
const from = (name) => require(require.resolve(name, { paths: [modules] }))
const Fastify = from('fastify')
const mercurius = from('mercurius')
const Database = from('better-sqlite3')

const db = new Database(database, { readonly: true })
db.pragma('mmap_size = 8589934592')
db.pragma('cache_size = -65536')
const model = mode === 'model'

const sdl = `
  enum CommitmentStatus { NOT_STARTED IN_PROGRESS SUBSTANTIAL COMPLETED UNFULFILLED WITHDRAWN UNKNOWN }
  type Jurisdiction { code: String! name: String! }
  type ActionPlan { code: String! title: String! }
  type OdsGoal { number: Int! name: String! }
  type OdsAlignment { goal: OdsGoal! target: String }
  type ProgressReport { date: String progress: Float status: CommitmentStatus summary: String }
  type CommitmentVersion { validFrom: String! validTo: String changedFields: [String!]! status: CommitmentStatus! }
  type Commitment {
    code: String! title: String! description: String kind: String url: String status: CommitmentStatus!
    progress: Float startDate: String endDate: String plan: ActionPlan! jurisdiction: Jurisdiction!
    ods: [OdsAlignment!]! progressReports: [ProgressReport!]! history: [CommitmentVersion!]!
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Facet { key: String! count: Int! }
  type CommitmentFacets { ods: [Facet!]! status: [Facet!]! year: [Facet!]! state: [Facet!]! }
  type CommitmentConnection { nodes: [Commitment!]! totalCount: Int! pageInfo: PageInfo! facets: CommitmentFacets! }
  type StatusCount { status: CommitmentStatus! count: Int! }
  type OdsCount { goal: OdsGoal! count: Int! }
  type StateSummary { jurisdiction: Jurisdiction! commitments: Int! completed: Int! }
  type NationalView { commitments: Int! byStatus: [StatusCount!]! byOds: [OdsCount!]! byState: [StateSummary!]! }
  input CommitmentFilter { ods: [Int!] status: [CommitmentStatus!] year: [Int!] state: [String!] text: String }
  type Query {
    commitments(filter: CommitmentFilter, first: Int = 50, after: String): CommitmentConnection!
    commitment(code: String!): Commitment
    nationalView(filter: CommitmentFilter): NationalView!
  }
`
const STATUSES = ['NOT_STARTED', 'IN_PROGRESS', 'SUBSTANTIAL', 'COMPLETED', 'UNFULFILLED', 'WITHDRAWN', 'UNKNOWN']
const kept = new Map()
const sql = (text) => {
  let found = kept.get(text)
  if (!found) { found = db.prepare(text); kept.set(text, found) }
  return found
}
const marks = (values) => values.map(() => '?').join(', ')
const goals = new Map(db.prepare('SELECT number, name FROM ods_goal ORDER BY number').all().map((row) => [row.number, row]))
const places = new Map(db.prepare('SELECT code, name FROM jurisdiction').all().map((row) => [row.code, row]))
const states = [...places.values()].filter((place) => place.code.length === 2 && place.code !== '00')
  .sort((a, b) => (a.code < b.code ? -1 : 1))
const words = (text) => {
  const parts = text.split(/\s+/).filter(Boolean).map((word) => '"' + word.replace(/"/g, '""') + '"')
  return parts.length ? parts.join(' ') + '*' : ''
}
const cursorOf = (code) => Buffer.from(JSON.stringify([1, 'CODE ASC', null, code])).toString('base64url')
const codeOf = (cursor) => JSON.parse(Buffer.from(cursor, 'base64url').toString())[3]
const isFacetFilter = (filter) => filter.ods && filter.status && filter.year && filter.ods.length === 1 &&
  filter.status.length === 1 && filter.year.length === 1 && !filter.state && filter.text == null

// The rows that a filter selects: table, conditions and parameters.
function selected (filter) {
  if (model && isFacetFilter(filter)) {
    return {
      from: 'facet f CROSS JOIN card c ON c.id = f.id',
      where: ['f.goal = ?', 'f.status = ?', 'f.year = ?'],
      params: [filter.ods[0], filter.status[0], filter.year[0]],
      id: 'f.id'
    }
  }
  const where = []; const params = []
  let from = model ? 'card c' : 'commitment c'
  if (filter.text != null) {
    from = 'fts CROSS JOIN ' + from + ' ON c.id = fts.rowid'
    where.push('fts MATCH ?'); params.push(words(filter.text))
  }
  if (filter.ods) {
    where.push(`EXISTS (SELECT 1 FROM commitment_ods o WHERE o.commitment = c.id AND o.goal IN (${marks(filter.ods)}))`)
    params.push(...filter.ods)
  }
  if (filter.year) {
    where.push(`EXISTS (SELECT 1 FROM commitment_year y WHERE y.commitment = c.id AND y.year IN (${marks(filter.year)}))`)
    params.push(...filter.year)
  }
  if (filter.status) { where.push(`c.status IN (${marks(filter.status)})`); params.push(...filter.status) }
  if (filter.state) { where.push(`c.state IN (${marks(filter.state)})`); params.push(...filter.state) }
  return { from, where, params, id: 'c.id' }
}
const clause = (where) => (where.length ? ' WHERE ' + where.join(' AND ') : '')

function page ({ filter, first, after }) {
  const set = selected(filter || {})
  const where = [...set.where]; const params = [...set.params]
  if (after) {
    if (set.id === 'f.id') throw new Error('not here')
    where.push('c.code > ?'); params.push(codeOf(after))
  }
  const order = set.id === 'f.id' ? 'f.id' : filter && filter.text != null ? 'fts.rowid' : 'c.code'
  const rows = sql(`SELECT c.* FROM ${set.from}${clause(where)} ORDER BY ${order} LIMIT ?`).all(...params, first + 1)
  return { set, filter: filter || {}, rows: rows.slice(0, first), more: rows.length > first }
}
function total ({ set, filter }) {
  if (model && isFacetFilter(filter)) {
    const row = sql('SELECT n FROM cube3 WHERE goal = ? AND status = ? AND year = ?').get(...set.params)
    return row ? row.n : 0
  }
  if (model && Object.keys(filter).length === 0) return sql("SELECT n FROM cube WHERE dim = '' AND value = '' AND by = ''").get().n
  return sql(`SELECT count(*) AS n FROM ${set.from}${clause(set.where)}`).get(...set.params).n
}
function facet (set, join, value) {
  return sql(`SELECT CAST(${value} AS TEXT) AS key, count(*) AS count FROM ${set.from} ${join}${clause(set.where)}
    GROUP BY 1 ORDER BY 2 DESC, 1`).all(...set.params)
}
// One value of one dimension has its counts in the cube; everything else is counted.
function slice (filter) {
  const given = Object.keys(filter)
  if (given.length === 0) return ['', '']
  const dims = { year: 'year', status: 'status', ods: 'ods', state: 'state' }
  return given.length === 1 && dims[given[0]] && filter[given[0]].length === 1 ? [dims[given[0]], String(filter[given[0]][0])] : null
}
const cube = (at, by) => new Map(sql('SELECT member, n FROM cube WHERE dim = ? AND value = ? AND by = ?').all(...at, by)
  .map((row) => [row.member, row.n]))
function counts (set, join, value) {
  const found = sql(`SELECT ${value} AS k, count(*) AS n FROM ${set.from} ${join}${clause(set.where)} GROUP BY 1`)
  return new Map(found.all(...set.params).map((row) => [String(row.k), row.n]))
}
const tally = (root, by, join, value) => (model && root.at ? cube(root.at, by) : counts(root.set, join, value))

const resolvers = {
  Query: {
    commitments: (_, args) => page(args),
    commitment: (_, { code }) => sql(`SELECT * FROM ${model ? 'card' : 'commitment'} WHERE code = ?`).get(code),
    nationalView: (_, { filter }) => ({ set: selected(filter || {}), at: slice(filter || {}) })
  },
  CommitmentConnection: {
    nodes: (root) => root.rows,
    totalCount: total,
    pageInfo: (root) => ({
      hasNextPage: root.more,
      endCursor: root.rows.length ? cursorOf(root.rows[root.rows.length - 1].code) : null
    }),
    facets: (root) => root
  },
  CommitmentFacets: {
    ods: ({ set }) => facet(set, 'JOIN (SELECT DISTINCT commitment, goal FROM commitment_ods) x ON x.commitment = c.id', 'x.goal'),
    status: ({ set }) => facet(set, '', 'c.status'),
    year: ({ set }) => facet(set, 'JOIN commitment_year x ON x.commitment = c.id', 'x.year'),
    state: ({ set }) => facet(set, '', 'c.state')
  },
  NationalView: {
    commitments: (root) => tally(root, '', '', "''").get('') || 0,
    byStatus: (root) => {
      const found = tally(root, 'status', '', 'c.status')
      return STATUSES.map((status) => ({ status, count: found.get(status) || 0 }))
    },
    byOds: (root) => {
      const found = tally(root, 'ods', 'JOIN (SELECT DISTINCT commitment, goal FROM commitment_ods) x ON x.commitment = c.id', 'x.goal')
      return [...goals.values()].map((goal) => ({ goal, count: found.get(String(goal.number)) || 0 }))
    },
    byState: (root) => {
      const all = tally(root, 'state', '', 'c.state')
      const done = model && root.at
        ? cube(root.at, 'completed')
        : counts({ ...root.set, where: [...root.set.where, "c.status = 'COMPLETED'"] }, '', 'c.state')
      return states.map((place) => ({ jurisdiction: place, commitments: all.get(place.code) || 0, completed: done.get(place.code) || 0 }))
    }
  },
  Commitment: {
    startDate: (row) => row.start_date,
    endDate: (row) => row.end_date,
    jurisdiction: (row) => places.get(row.jurisdiction)
  },
  CommitmentVersion: {
    validFrom: (row) => row.valid_from, validTo: (row) => row.valid_to, changedFields: (row) => JSON.parse(row.changed_fields)
  }
}
const grouped = (queries, rows) => {
  const by = new Map(queries.map(({ obj }) => [obj.id, []]))
  for (const row of rows) by.get(row.commitment).push(row)
  return queries.map(({ obj }) => by.get(obj.id))
}
const ids = (queries) => queries.map(({ obj }) => obj.id)
const loaders = { Commitment: {} }
if (model) {
  resolvers.Commitment.plan = (row) => ({ code: row.plan_code, title: row.plan_title })
  resolvers.Commitment.ods = (row) => JSON.parse(row.ods_json)
  resolvers.Commitment.progressReports = (row) => JSON.parse(sql('SELECT reports FROM detail WHERE id = ?').get(row.id).reports)
  resolvers.Commitment.description = (row) => sql('SELECT description FROM detail WHERE id = ?').get(row.id).description
  resolvers.Commitment.history = (row) => sql('SELECT * FROM version WHERE commitment = ? ORDER BY valid_from').all(row.id)
} else {
  loaders.Commitment.plan = {
    loader: async (queries) => {
      const rows = sql(`SELECT * FROM plan WHERE code IN (${marks(queries)})`).all(...queries.map(({ obj }) => obj.plan_code))
      const by = new Map(rows.map((row) => [row.code, row]))
      return queries.map(({ obj }) => by.get(obj.plan_code))
    },
    opts: { cache: false }
  }
  loaders.Commitment.ods = {
    loader: async (queries) => {
      const rows = sql(`SELECT * FROM commitment_ods WHERE commitment IN (${marks(queries)}) ORDER BY commitment, pos`).all(...ids(queries))
      return grouped(queries, rows.map((row) => ({ commitment: row.commitment, goal: goals.get(row.goal), target: row.target })))
    },
    opts: { cache: false }
  }
  loaders.Commitment.progressReports = {
    loader: async (queries) => grouped(queries, sql(`SELECT * FROM progress_report WHERE commitment IN (${marks(queries)}) ORDER BY commitment, pos`).all(...ids(queries))),
    opts: { cache: false }
  }
  loaders.Commitment.history = {
    loader: async (queries) => grouped(queries, sql(`SELECT * FROM version WHERE commitment IN (${marks(queries)}) ORDER BY commitment, valid_from`).all(...ids(queries))),
    opts: { cache: false }
  }
}
const app = Fastify()
app.register(mercurius, { schema: sdl, resolvers, loaders, jit: 1, cache: true })
app.listen({ port: Number(port), host: '127.0.0.1' })
