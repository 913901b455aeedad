-- What wrk sends, and what it says of it, as one line of JSON.
-- Arguments: method, body, and the mean pause between two requests of a connection in milliseconds.
function init(arguments)
  wrk.method, wrk.body = arguments[1], arguments[2]
  local pause = tonumber(arguments[3])
  if pause > 0 then
    math.randomseed(os.time())
    -- As many people come who know nothing of each other: whenever they like.
    function delay()
      return math.floor(0.5 - pause * math.log(1 - math.random()))
    end
  end
end

function done(summary, latency)
  local errors = 0
  for _, count in pairs(summary.errors) do
    errors = errors + count
  end
  local milliseconds = {}
  for index = 1, #latency do
    local value, count = latency(index)
    for _ = 1, count do
      table.insert(milliseconds, string.format("%.3f", value / 1000))
    end
  end
  io.write(string.format(
    '{"rate": %.1f, "latencies": [%s], "errors": %d}\n',
    summary.requests / summary.duration * 1e6,
    table.concat(milliseconds, ","),
    errors
  ))
end
