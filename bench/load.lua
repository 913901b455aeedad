-- What wrk sends, and what it says of it, as one line of JSON.
-- Arguments: method, body, and the mean pause between two requests of a connection in milliseconds.
function init(arguments)
  wrk.method, wrk.body = arguments[1], arguments[2]
  local pause = tonumber(arguments[3])
  if pause > 0 then
    function delay()
      return math.random(0, 2 * pause)
    end
  end
end

function done(summary, latency)
  local errors = 0
  for _, count in pairs(summary.errors) do
    errors = errors + count
  end
  io.write(string.format(
    '{"requests": %d, "rate": %.1f, "p50": %.3f, "p99": %.3f, "errors": %d}\n',
    summary.requests,
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000,
    latency:percentile(99) / 1000,
    errors
  ))
end
