"""What Redis does to incidents in one step."""

# Writes several incidents if none of them changed since it was read, and notes what was decided;
# all or nothing. `writer` marks the attempt, so that it is known again when its reply was lost.
WRITE = """
local hashes, histories, indexes, writer = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local generation, decision, kept_s = ARGV[5], ARGV[6], ARGV[7]
local writes = cjson.decode(ARGV[8])
for _, one in ipairs(writes) do
  if redis.call('HGET', hashes .. one.id, 'writer') == writer then return 1 end
end
if generation ~= '' and (redis.call('GET', KEYS[1]) or '0') ~= generation then return 0 end
if KEYS[4] and redis.call('EXISTS', KEYS[4]) == 1 then return 0 end
for _, one in ipairs(writes) do
  if (redis.call('HGET', hashes .. one.id, 'revision') or '0') ~= one.expected then return 0 end
end
for _, one in ipairs(writes) do
  redis.call('HSET', hashes .. one.id, 'json', one.json, 'revision', one.revision,
    'writer', writer)
  redis.call('RPUSH', histories .. one.id, one.history)
  redis.call('ZADD', KEYS[2], one.reported, one.id)
  redis.call('ZADD', KEYS[3], one.updated, one.id)
  local wanted, changed = {}, false
  for _, index in ipairs(one.indexes) do wanted[index] = true end
  for _, index in ipairs(redis.call('SMEMBERS', indexes .. one.id)) do
    if wanted[index] then
      wanted[index] = nil
    else
      redis.call('SREM', index, one.id)
      redis.call('SREM', indexes .. one.id, index)
      changed = true
    end
  end
  for index, _ in pairs(wanted) do
    redis.call('SADD', index, one.id)
    redis.call('SADD', indexes .. one.id, index)
    changed = true
  end
  if changed then redis.call('INCR', KEYS[1]) end
end
if KEYS[4] then redis.call('SET', KEYS[4], decision, 'EX', kept_s) end
return 1
"""

# Forgets one incident if it did not change since it was read.
FORGET = """
local id = ARGV[1]
if redis.call('HGET', KEYS[4], 'revision') ~= ARGV[2] then return 0 end
for _, index in ipairs(redis.call('SMEMBERS', KEYS[6])) do redis.call('SREM', index, id) end
redis.call('ZREM', KEYS[2], id)
redis.call('ZREM', KEYS[3], id)
redis.call('DEL', KEYS[4], KEYS[5], KEYS[6])
redis.call('INCR', KEYS[1])
return 1
"""
