-- request.lua: one kind of request to baton-server, for wrk
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Arguments: kind (constant, list, get, create, patch), token, file with task ids

local kind, token, ids = nil, nil, {}
local number = 0

function init (arguments)
  kind = arguments[1]
  token = arguments[2]
  for line in io.lines (arguments[3]) do
    ids[#ids + 1] = line
  end
  math.randomseed (os.time ())
end

local function headers ()
  return { ['Authorization'] = 'Bearer ' .. token, ['Content-Type'] = 'application/json' }
end

function request ()
  number = number + 1
  if kind == 'constant' then
    return wrk.format ('GET', '/')
  elseif kind == 'list' then
    return wrk.format ('GET', '/api/v1/tasks?limit=50', headers ())
  elseif kind == 'get' then
    return wrk.format ('GET', '/api/v1/tasks/' .. ids[math.random (#ids)], headers ())
  elseif kind == 'create' then
    return wrk.format ('POST', '/api/v1/tasks', headers (), '{"title":"Prepare the quarterly report ' .. number .. '"}')
  else
    return wrk.format ('PATCH', '/api/v1/tasks/' .. ids[math.random (#ids)], headers (), '{"title":"Renamed ' .. number .. '"}')
  end
end

function done (summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print (string.format ('FIGURES %.0f %.2f %.2f %d', summary.requests / (summary.duration / 1e6),
                        latency:percentile (50) / 1000, latency:percentile (99) / 1000, failed))
end
