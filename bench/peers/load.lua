-- wrk -s load.lua URL -- BODIES PATH: posts the bodies of a file in turn, from a place that the clock decides.
local bodies, path, place = {}, "/", 0
local headers = { ["content-type"] = "application/json", ["accept"] = "application/json" }

function init(args)
  for line in io.lines(args[1]) do bodies[#bodies + 1] = line end
  path = args[2]
  place = tonumber(args[3] or "0") % #bodies
end

function request()
  place = place % #bodies + 1
  return wrk.format("POST", path, headers, bodies[place])
end

function done(summary, latency)
  io.write(string.format('RESULT {"requests": %d, "seconds": %f, "bad": %d, "p50": %d, "p99": %d, "bytes": %d}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect,
    latency:percentile(50), latency:percentile(99), summary.bytes))
end
