/**
 * What Redis runs, atomically: the counting of core's store in memory, in Lua, over hashes of Redis.
 *
 * One script for all operations. It is given a request in JSON and the keys that the request is about, and answers in JSON.
 *
 * KEYS[1] is the clock of the host; KEYS[2n] and KEYS[2n+1] are a counter and what is in flight of it (or a quota, and a key
 * that is not used). All have the host as hash tag, so that they are in one slot of a cluster.
 *
 * **Time.** Windows are those of the exchange. Processes know its time with errors of their own, so they do not count by it:
 * the time of all is Redis' clock plus an offset that one of them keeps right, the leader, as long as it calls. What a
 * process tells and is told as a time is moved by the difference between its time and that of all.
 *
 * **Leases.** What is reserved is in flight until it is settled or given back, or its lease is over: a process that died
 * holds nothing up for longer. What it reserved stays counted in the windows of that time.
 *
 * **Loss.** Counts made under another start of Redis may be old or gone; where that is seen the window is waited out.
 */
export const lua = `
local request = cjson.decode(ARGV[1])
local edge, window = request.edge, request.window
local floor, max, min, abs = math.floor, math.max, math.min, math.abs
local keptMillis, refreshMillis, expiryMillis = 900000, 60000, 345600000
local firstBanMillis, longestBanMillis = 120000, 259200000

local real = request.real
if real == nil then
  local t = redis.call('TIME')
  real = tonumber(t[1]) * 1000 + floor(tonumber(t[2]) / 1000)
end

-- Which start of Redis this is; where that may not be asked, none.
local run = ''
local info = redis.pcall('INFO', 'server')
if type(info) == 'string' then run = string.match(info, 'run_id:(%x+)') or '' end

-- Numbers as text without exponent.
local function text(number) return string.format('%.0f', number) end

local function readClock()
  local c = redis.call('HMGET', KEYS[1], 'offset', 'leader', 'seen', 'set', 'generation', 'since')
  local clock = {
    offset = tonumber(c[1]), leader = c[2] or '', seen = tonumber(c[3]) or 0, set = tonumber(c[4]) or 0,
    generation = c[5], since = tonumber(c[6]) or 0
  }
  local mine = request.at - real
  local leads = request.op == 'reserve' and request.measured
    and (clock.leader == '' or clock.leader == request.who or real - clock.seen > keptMillis)
  if clock.offset ~= nil and not leads then return clock end
  -- A delay on the way makes an offset too small, never too large; so the largest of a minute.
  local jump = clock.offset == nil or abs(mine - clock.offset) > edge
  if jump or mine > clock.offset or real - clock.set > refreshMillis then
    clock.offset = mine
    clock.set = real
  end
  if jump then
    clock.generation = text((tonumber(clock.generation) or real) + 1)
    clock.since = real + mine
  end
  if leads then
    clock.leader = request.who
    clock.seen = real
  end
  redis.call('HSET', KEYS[1], 'offset', text(clock.offset), 'leader', clock.leader, 'seen', text(clock.seen),
    'set', text(clock.set), 'generation', clock.generation, 'since', text(clock.since))
  redis.call('PEXPIRE', KEYS[1], expiryMillis)
  return clock
end

local clock = readClock()
local now = real + clock.offset
-- The time of whoever asks, minus the time of all.
local delta = request.at - now

local function total(counter) return counter.own + counter.foreign end

local function opened(cell, index, carry)
  if not carry then
    if cell.newer.index == index then return cell.newer end
    if cell.older.index == index then return cell.older end
    if index > cell.newer.index then return { index = index, own = cell.flight, foreign = 0 } end
  end
  local own = max(cell.older.own, cell.newer.own, cell.flight)
  return { index = index, own = own, foreign = max(total(cell.older), total(cell.newer), own) - own }
end

local function roll(cell, at, carry)
  local oldest, newest = floor((at - edge) / window), floor((at + edge) / window)
  if not carry and cell.older.index == oldest and cell.newer.index == newest then return end
  local older = opened(cell, oldest, carry)
  local newer = older
  if newest ~= oldest then newer = opened(cell, newest, carry) end
  cell.older, cell.newer = older, newer
end

local function expire(cell, before)
  local due = redis.call('ZRANGEBYSCORE', cell.holds, '-inf', text(before))
  for _, member in ipairs(due) do
    cell.flight = max(0, cell.flight - tonumber(string.match(member, '(%d+)$')))
    redis.call('ZREM', cell.holds, member)
  end
end

local function load(n)
  local key, holds = KEYS[2 * n], KEYS[2 * n + 1]
  local h = redis.call('HMGET', key, 'oi', 'oo', 'of', 'ni', 'no', 'nf', 'flight', 'allowed', 'closed', 'banned',
    'strikes', 'generation', 'run')
  local cell
  local before
  if h[1] then
    local older = { index = tonumber(h[1]), own = tonumber(h[2]), foreign = tonumber(h[3]) }
    local newer = older
    if h[4] ~= h[1] then newer = { index = tonumber(h[4]), own = tonumber(h[5]), foreign = tonumber(h[6]) } end
    cell = {
      older = older, newer = newer, flight = tonumber(h[7]), allowed = tonumber(h[8]), closed = tonumber(h[9]),
      banned = tonumber(h[10]), strikes = tonumber(h[11])
    }
    before = h[13]
  else
    local counter = { index = floor((now - edge) / window), own = 0, foreign = 0 }
    cell = { older = counter, newer = counter, flight = 0, allowed = 0, closed = 0, banned = 0, strikes = 0 }
    before = request.run
  end
  cell.key, cell.holds = key, holds
  -- Those of windows long past count in none that is open.
  expire(cell, real - window - 2 * edge)
  if h[1] and h[12] ~= clock.generation then roll(cell, clock.since, true) end
  roll(cell, now, false)
  expire(cell, real)
  if before ~= '' and before ~= run and not request.trust then
    cell.closed = max(cell.closed, (floor((now + edge) / window) + 1) * window + edge)
  end
  return cell
end

local function save(cell)
  redis.call('HSET', cell.key,
    'oi', text(cell.older.index), 'oo', text(cell.older.own), 'of', text(cell.older.foreign),
    'ni', text(cell.newer.index), 'no', text(cell.newer.own), 'nf', text(cell.newer.foreign),
    'flight', text(cell.flight), 'allowed', text(cell.allowed), 'closed', text(cell.closed),
    'banned', text(cell.banned), 'strikes', text(cell.strikes), 'generation', clock.generation, 'run', run)
  redis.call('PEXPIRE', cell.key, expiryMillis)
end

local function closing(counter) return (counter.index + 1) * window + edge end

local function fullUntil(cell, cost)
  if total(cell.newer) + cost > cell.allowed then return closing(cell.newer) end
  if total(cell.older) + cost > cell.allowed then return closing(cell.older) end
end

local function refusal(cell, cost)
  if now < cell.banned then return 'banned', cell.banned end
  if now < cell.closed then return 'closed', cell.closed end
  local till = fullUntil(cell, cost)
  if till then return 'full', till end
end

local function sole(cell)
  if cell.older ~= cell.newer then return '' end
  return clock.generation .. ':' .. text(cell.older.index)
end

local function forget(key, rolling)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now - rolling - edge))
end

local function quotaUntil(key, charge)
  forget(key, charge.rolling)
  local count = redis.call('ZCARD', key)
  local excess = count + charge.cost - charge.allowed
  if excess <= 0 then return nil end
  local at = min(excess, count) - 1
  local oldest = at < 0 and {} or redis.call('ZRANGE', key, at, at, 'WITHSCORES')
  return (tonumber(oldest[2]) or 0) + charge.rolling + edge
end

local operations = {}

function operations.reserve()
  local cells = {}
  local refused
  for n, charge in ipairs(request.charges) do
    if charge.rolling then
      local till = quotaUntil(KEYS[2 * n], charge)
      if till then refused = { index = n - 1, cause = 'full', till = till + delta } end
    else
      local cell = load(n)
      cell.allowed = charge.allowed
      cells[n] = cell
      local cause, till = refusal(cell, charge.cost)
      if cause then refused = { index = n - 1, cause = cause, till = till + delta } end
    end
    if refused then break end
  end
  local parts = {}
  if not refused then
    for n, charge in ipairs(request.charges) do
      if charge.rolling then
        for i = 1, charge.cost do redis.call('ZADD', KEYS[2 * n], text(now), request.id .. ':' .. i) end
        redis.call('PEXPIRE', KEYS[2 * n], text(charge.rolling + expiryMillis))
        parts[n] = { first = 0, sole = '', mark = 0 }
      else
        local cell = cells[n]
        cell.older.own = cell.older.own + charge.cost
        if cell.newer ~= cell.older then cell.newer.own = cell.newer.own + charge.cost end
        cell.flight = cell.flight + charge.cost
        redis.call('ZADD', cell.holds, text(real + request.lease), request.id .. ':' .. text(charge.cost))
        redis.call('PEXPIRE', cell.holds, text(request.lease + expiryMillis))
        parts[n] = { first = cell.older.index, sole = sole(cell), mark = cell.newer.own }
      end
    end
  end
  for _, cell in pairs(cells) do save(cell) end
  if refused then return { run = run, refused = refused } end
  if #parts == 0 then return { run = run } end
  return { run = run, parts = parts }
end

local function ended(n, charge, part)
  local cell = load(n)
  local held = redis.call('ZREM', cell.holds, request.id .. ':' .. text(charge.cost)) == 1
  if held then cell.flight = cell.flight - charge.cost end
  return cell, held
end

function operations.settle()
  for n, charge in ipairs(request.charges) do
    local part = request.parts[n]
    if charge.rolling then
      for i = 1, charge.cost do redis.call('ZADD', KEYS[2 * n], 'XX', text(now), request.id .. ':' .. i) end
    else
      local cell = ended(n, charge, part)
      if cell.strikes > 0 and now >= cell.banned then cell.strikes = 0 end
      local count = request.counts[n]
      if count >= 0 and part.sole ~= '' and part.sole == sole(cell) then
        cell.older.foreign = max(cell.older.foreign, count - part.mark)
      end
      save(cell)
    end
  end
  return { run = run }
end

function operations.giveBack()
  for n, charge in ipairs(request.charges) do
    local part = request.parts[n]
    if charge.rolling then
      for i = 1, charge.cost do redis.call('ZREM', KEYS[2 * n], request.id .. ':' .. i) end
    else
      local cell, held = ended(n, charge, part)
      -- Where the lease is over, the windows opened since do not have it.
      if held then
        if cell.older.index >= part.first then cell.older.own = cell.older.own - charge.cost end
        if cell.newer ~= cell.older and cell.newer.index >= part.first then
          cell.newer.own = cell.newer.own - charge.cost
        end
      end
      save(cell)
    end
  end
  return { run = run }
end

function operations.close()
  local cell = load(1)
  cell.closed = max(cell.closed, request.till - delta)
  save(cell)
  return { run = run }
end

function operations.ban()
  local cell = load(1)
  local till = request.till and request.till - delta
  if till and till > now then
    cell.banned = max(cell.banned, min(till, now + longestBanMillis))
  elseif now >= cell.banned then
    cell.banned = now + min(longestBanMillis, firstBanMillis * 2 ^ cell.strikes)
    cell.strikes = cell.strikes + 1
  end
  save(cell)
  return { run = run, till = cell.banned + delta }
end

-- Whoever was without Redis asks when to count here again. It is the same window for all, by which each of them has asked.
function operations.knock()
  local c = redis.call('HMGET', KEYS[1], 'join', 'asked')
  local join, asked = tonumber(c[1]), tonumber(c[2])
  if join == nil or asked < request.lostAt - delta then
    join = floor((now + request.margin + edge) / window) + 1
    redis.call('HSET', KEYS[1], 'join', text(join), 'asked', text(now))
    -- Those who had no call to make meanwhile, and know of nothing, wait as well.
    if request.run ~= run then
      local cell = load(1)
      cell.closed = max(cell.closed, join * window + edge)
      save(cell)
    end
  end
  return { run = run, join = join }
end

function operations.levels()
  local levels = {}
  for n, charge in ipairs(request.charges) do
    if charge.rolling then
      forget(KEYS[2 * n], charge.rolling)
      local last = redis.call('ZRANGE', KEYS[2 * n], -1, -1, 'WITHSCORES')
      local till = last[2] and max(now, tonumber(last[2]) + charge.rolling + edge) or now
      levels[n] = { used = redis.call('ZCARD', KEYS[2 * n]), resetAt = till + delta, closed = 0, banned = 0 }
    else
      local cell = load(n)
      levels[n] = {
        used = max(total(cell.older), total(cell.newer)), resetAt = closing(cell.newer) + delta,
        closed = now < cell.closed and cell.closed + delta or 0, banned = now < cell.banned and cell.banned + delta or 0
      }
      save(cell)
    end
  end
  if #levels == 0 then return { run = run } end
  return { run = run, levels = levels }
end

return cjson.encode(operations[request.op]())
`
