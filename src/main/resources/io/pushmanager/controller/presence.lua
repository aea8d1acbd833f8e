-- Presence in Redis: one call is one step, so that several Controllers can work on the same data. See RedisPresenceStore.
-- ARGV: operation, prefix of the keys, what the operation needs.
local p = ARGV[2]
local FENCE = 9007199254740991
local CHUNK = 2000
local online, offline = 0, 0

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function users_of(key) return p .. 'node:' .. key .. ':users' end
local function untold_of(key) return p .. 'node:' .. key .. ':untold' end

local function state(key, user)
  local text = redis.call('HGET', users_of(key), user)
  return text and cjson.decode(text)
end

local function is_in_room_elsewhere(user, room, key)
  for _, other in ipairs(redis.call('SMEMBERS', p .. 'user:' .. user)) do
    if other ~= key then
      local there = state(other, user)
      if there and there.r[room] then return true end
    end
  end
  return false
end

-- Replaces a user's state at a node; text is false for a user who is not there.
local function put(key, user, text)
  local old = state(key, user)
  local new = text and cjson.decode(text)
  if new then
    redis.call('HSET', users_of(key), user, text)
    if not old then
      redis.call('SADD', p .. 'user:' .. user, key)
      if redis.call('ZADD', p .. 'users', 0, user) == 1 then online = online + 1 end
    end
    for room in pairs(new.r) do
      if not (old and old.r[room]) then
        redis.call('HINCRBY', p .. 'at:' .. room, key, 1)
        redis.call('ZADD', p .. 'room:' .. room, 0, user)
        redis.call('ZADD', p .. 'rooms', 0, room)
      end
    end
  elseif old then
    redis.call('HDEL', users_of(key), user)
    redis.call('SREM', p .. 'user:' .. user, key)
    if redis.call('EXISTS', p .. 'user:' .. user) == 0 then
      redis.call('ZREM', p .. 'users', user)
      offline = offline + 1
    end
  end
  if old then
    for room in pairs(old.r) do
      if not (new and new.r[room]) then
        if redis.call('HINCRBY', p .. 'at:' .. room, key, -1) <= 0 then
          redis.call('HDEL', p .. 'at:' .. room, key)
        end
        if not is_in_room_elsewhere(user, room, key) then
          redis.call('ZREM', p .. 'room:' .. room, user)
          if redis.call('EXISTS', p .. 'room:' .. room) == 0 then redis.call('ZREM', p .. 'rooms', room) end
        end
      end
    end
  end
end

-- Takes some users off a node that is gone, and the node with the last. True when nothing is left.
local function remove(key)
  redis.call('HSET', p .. 'epochs', key, FENCE)
  redis.call('HDEL', p .. 'told', key)
  local found = redis.call('HSCAN', users_of(key), 0, 'COUNT', CHUNK)[2]
  for i = 1, #found, 2 do put(key, found[i], false) end
  if redis.call('EXISTS', users_of(key)) == 1 then return false end
  redis.call('HDEL', p .. 'nodes', key)
  redis.call('HDEL', p .. 'loads', key)
  redis.call('HDEL', p .. 'epochs', key)
  redis.call('ZREM', p .. 'heard', key)
  redis.call('DEL', untold_of(key))
  return true
end

-- The newest process of a node id; one that nobody registered is made up.
local function named(node_id, description)
  local key = redis.call('HGET', p .. 'ids', node_id)
  if not key or redis.call('HEXISTS', p .. 'nodes', key) == 0 then
    key = false
    local all = redis.call('HGETALL', p .. 'nodes')
    for i = 1, #all, 2 do
      if cjson.decode(all[i + 1]).id == node_id then key = all[i] end
    end
  end
  if not key then
    key = 'n:' .. node_id
    redis.call('HSET', p .. 'nodes', key, description)
    redis.call('HSET', p .. 'ids', node_id, key)
    redis.call('ZADD', p .. 'heard', now(), key)
  elseif string.sub(key, 1, 2) == 'n:' then
    redis.call('ZADD', p .. 'heard', now(), key)
  end
  return key
end

local function holding(node_id, user)
  local found = {}
  for _, key in ipairs(redis.call('SMEMBERS', p .. 'user:' .. user)) do
    if node_id == '' or cjson.decode(redis.call('HGET', p .. 'nodes', key)).id == node_id then
      table.insert(found, key)
    end
  end
  return found
end

local function forget_untold(key)
  for _, user in ipairs(redis.call('SPOP', untold_of(key), CHUNK)) do put(key, user, false) end
  return redis.call('EXISTS', untold_of(key))
end

local function places(user, into)
  for _, key in ipairs(redis.call('SMEMBERS', p .. 'user:' .. user)) do
    table.insert(into, user)
    table.insert(into, redis.call('HGET', p .. 'nodes', key))
    table.insert(into, redis.call('HGET', p .. 'loads', key) or '')
    table.insert(into, redis.call('HGET', users_of(key), user))
  end
end

-- Keys of a sorted list after one; answers how many there are, where the next page begins, and the keys of this one.
local function page(list, after, limit)
  local from = after == '' and '-' or '(' .. after
  local keys = redis.call('ZRANGEBYLEX', list, from, '+', 'LIMIT', 0, limit + 1)
  local next = ''
  if #keys > limit then
    table.remove(keys)
    next = keys[limit]
  end
  return { redis.call('ZCARD', list), next }, keys
end

local ops = {}

-- key, description, load, node id, address
function ops.register(key, description, load, node_id, address)
  local all = redis.call('HGETALL', p .. 'nodes')
  for i = 1, #all, 2 do
    if all[i] ~= key and address ~= '' and cjson.decode(all[i + 1]).addr == address then
      if not remove(all[i]) then redis.call('ZADD', p .. 'heard', 0, all[i]) end
    end
  end
  if redis.call('HSET', p .. 'nodes', key, description) == 1 then redis.call('HSET', p .. 'ids', node_id, key) end
  redis.call('HSET', p .. 'loads', key, load)
  redis.call('ZADD', p .. 'heard', now(), key)
  return { online, offline }
end

function ops.heartbeat(key, load)
  if redis.call('HEXISTS', p .. 'nodes', key) == 0 then return 0 end
  if tonumber(redis.call('HGET', p .. 'epochs', key) or 0) == FENCE then return 0 end
  redis.call('HSET', p .. 'loads', key, load)
  redis.call('ZADD', p .. 'heard', now(), key)
  return 1
end

-- key, epoch, begins, ends, then users and states
function ops.apply(key, epoch, begins, ends)
  local known = tonumber(redis.call('HGET', p .. 'epochs', key) or 0)
  epoch = tonumber(epoch)
  if redis.call('HEXISTS', p .. 'nodes', key) == 0 or epoch < known or (epoch > known and begins ~= '1') then
    return { 0, 0, 0, 0 }
  end
  redis.call('HSET', p .. 'epochs', key, epoch)
  redis.call('ZADD', p .. 'heard', now(), key)
  if begins == '1' then
    redis.call('HDEL', p .. 'told', key)
    redis.call('DEL', untold_of(key))
    for _, user in ipairs(redis.call('HKEYS', users_of(key))) do redis.call('SADD', untold_of(key), user) end
  end
  for i = 7, #ARGV, 2 do
    redis.call('SREM', untold_of(key), ARGV[i])
    put(key, ARGV[i], ARGV[i + 1] ~= '' and ARGV[i + 1])
  end
  local more = 0
  if ends == '1' then
    more = forget_untold(key)
    redis.call('HSET', p .. 'told', key, 1)
  end
  return { 1, online, offline, more }
end

function ops.forget(key, epoch)
  if tonumber(redis.call('HGET', p .. 'epochs', key) or 0) ~= tonumber(epoch) then return { 0, 0, 0 } end
  local more = forget_untold(key)
  return { online, offline, more }
end

function ops.broken(key, epoch)
  if tonumber(redis.call('HGET', p .. 'epochs', key) or 0) == tonumber(epoch) then
    redis.call('HDEL', p .. 'told', key)
  end
  return 0
end

-- node id, its description if it is not known, user, name, metadata, state if the user is not there
function ops.online(node_id, description, user, name, metadata, fresh)
  local key = named(node_id, description)
  local known = state(key, user)
  if known then
    if name ~= '' then known.n = name end
    local told = cjson.decode(metadata)
    if next(told) then known.m = told end
    fresh = cjson.encode(known)
  end
  put(key, user, fresh)
  return { online, offline }
end

function ops.offline(node_id, user)
  for _, key in ipairs(holding(node_id, user)) do put(key, user, false) end
  return { online, offline }
end

-- node id, its description if it is not known, user, name, room, seat, limit, state if the user is not there
function ops.join(node_id, description, user, name, room, seat, limit, fresh)
  local list = p .. 'room:' .. room
  limit = tonumber(limit)
  if limit > 0 and not redis.call('ZSCORE', list, user) and redis.call('ZCARD', list) >= limit then
    return { 0, redis.call('ZCARD', list), 0, 0 }
  end
  local key = named(node_id, description)
  local known = state(key, user) or cjson.decode(fresh)
  if name ~= '' then known.n = name end
  known.r[room] = cjson.decode(seat)
  put(key, user, cjson.encode(known))
  return { 1, redis.call('ZCARD', list), online, offline }
end

function ops.leave(node_id, user, room)
  for _, key in ipairs(holding(node_id, user)) do
    local known = state(key, user)
    if known.r[room] then
      known.r[room] = nil
      put(key, user, cjson.encode(known))
    end
  end
  return redis.call('ZCARD', p .. 'room:' .. room)
end

function ops.remove(key, silent)
  local heard = redis.call('ZSCORE', p .. 'heard', key)
  if not heard or now() - tonumber(heard) < tonumber(silent) then return { 0, 0, 0 } end
  local more = remove(key) and 0 or 1
  return { online, offline, more }
end

function ops.nodes()
  local answer = {}
  local all = redis.call('HGETALL', p .. 'nodes')
  local time = now()
  for i = 1, #all, 2 do
    table.insert(answer, all[i + 1])
    table.insert(answer, redis.call('HGET', p .. 'loads', all[i]) or '')
    table.insert(answer, redis.call('HLEN', users_of(all[i])))
    table.insert(answer, time - tonumber(redis.call('ZSCORE', p .. 'heard', all[i]) or 0))
  end
  return answer
end

-- how many of the names are rooms, rooms, users
function ops.locate(rooms)
  local answer = { ops.nodes(), redis.call('HKEYS', p .. 'told') }
  for i = 4, #ARGV do
    if i < 4 + tonumber(rooms) then
      table.insert(answer, redis.call('HKEYS', p .. 'at:' .. ARGV[i]))
    else
      table.insert(answer, redis.call('SMEMBERS', p .. 'user:' .. ARGV[i]))
    end
  end
  return answer
end

function ops.user(user)
  local answer = {}
  places(user, answer)
  return answer
end

function ops.room(room, after, limit)
  local answer, keys = page(p .. 'room:' .. room, after, tonumber(limit))
  for _, user in ipairs(keys) do places(user, answer) end
  return answer
end

function ops.users(after, limit)
  local answer, keys = page(p .. 'users', after, tonumber(limit))
  for _, user in ipairs(keys) do places(user, answer) end
  return answer
end

function ops.rooms(after, limit)
  local answer, keys = page(p .. 'rooms', after, tonumber(limit))
  for _, room in ipairs(keys) do
    table.insert(answer, room)
    table.insert(answer, redis.call('ZCARD', p .. 'room:' .. room))
  end
  return answer
end

function ops.totals()
  return { redis.call('ZCARD', p .. 'rooms'), redis.call('ZCARD', p .. 'users') }
end

return ops[ARGV[1]](unpack(ARGV, 3, 10))
