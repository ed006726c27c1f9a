-- wrk -s load.lua URL -- BODIES PATH PLACE: posts the bodies of a file in turn, from a place that is given.
-- Requests are written before the clock starts, so that the generator does as little as it can while it measures.
local requests, place, started = {}, 0, 0
local headers = { ["content-type"] = "application/json", ["accept"] = "application/json" }

function init(args)
  local before = os.clock()
  for line in io.lines(args[1]) do requests[#requests + 1] = wrk.format("POST", args[2], headers, line) end
  place = tonumber(args[3] or "0") % #requests
  reading = os.clock() - before -- a global: what `done` can ask the thread for
end

local thread
function setup(it) thread = it end

function request()
  place = place % #requests + 1
  return requests[place]
end

function done(summary, latency)
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "bad": %d, "p50": %d, "p99": %d, "bytes": %d, "reading": %f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect,
    latency:percentile(50), latency:percentile(99), summary.bytes, thread:get("reading") or 0))
end
