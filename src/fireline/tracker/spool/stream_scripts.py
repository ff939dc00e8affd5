"""
What Redis does in one piece for a spool in a stream.

KEYS[1] is the stream, KEYS[2] the bytes that wait in it, KEYS[3] those of each client's key. A script
is atomic: no worker can die between its steps.
"""

PUT = """
local size, limit, key = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local waiting = tonumber(redis.call('GET', KEYS[2]) or '0')
local held = tonumber(key ~= '' and redis.call('HGET', KEYS[3], key) or '0')
local answer = 'accepted'
if waiting + size > limit then answer = 'full' elseif held > limit - waiting then answer = 'crowded' end
if answer ~= 'accepted' then
    if redis.call('XLEN', KEYS[1]) > 0 or size > limit then return answer end
    redis.call('DEL', KEYS[2], KEYS[3])  -- somebody has trimmed or deleted the stream
end
redis.call('XADD', KEYS[1], '*', unpack(ARGV, 4))
redis.call('INCRBY', KEYS[2], size)
if key ~= '' then redis.call('HINCRBY', KEYS[3], key, size) end
return 'accepted'
"""
"""
ARGV: size, limit, the client's key or nothing, then names and values.

`accepted`, `full` where there is no room, or `crowded` where the key has more waiting than is still free.
"""

TAKE = """
local group, consumer, idle = ARGV[1], ARGV[2], ARGV[3]
local limit, room = tonumber(ARGV[4]), tonumber(ARGV[5])
local taken = {}

local function add(entry, attempts)
    taken[#taken + 1] = {entry[1], attempts, entry[2]}
    for _, value in ipairs(entry[2]) do room = room - #value end
end

local pending = redis.call('XPENDING', KEYS[1], group, 'IDLE', idle, '-', '+', limit)
for _, each in ipairs(pending) do
    local id, attempts = each[1], each[4] + 1
    if #taken > 0 and (attempts > 1 or room <= 0) then return taken end
    local claimed = redis.call('XCLAIM', KEYS[1], group, consumer, 0, id, 'RETRYCOUNT', attempts)
    if claimed[1] then
        add(claimed[1], attempts)
        if attempts > 1 then return taken end
    else
        redis.call('XACK', KEYS[1], group, id)  -- somebody has deleted it
    end
end

while #taken < limit and room > 0 do
    local found = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, 'STREAMS', KEYS[1], '>')
    if not found then break end
    add(found[1][2][1], 1)
end
return taken
"""
"""
ARGV: group, consumer, milliseconds until a worker counts as dead, limit, bytes.

First what dead workers had in their hands and what was given back, then what is new: for each its id,
how often it was taken, its names and values. What was taken before comes alone.
"""

DONE = """
local group, consumer, freed, ours = ARGV[1], ARGV[2], 0, 1
for at = 3, #ARGV, 3 do
    local id, size, key = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
    if not redis.call('XPENDING', KEYS[1], group, id, id, 1, consumer)[1] then ours = 0 end
    redis.call('XACK', KEYS[1], group, id)
    if redis.call('XDEL', KEYS[1], id) == 1 then
        freed = freed + size
        if key ~= '' and redis.call('HINCRBY', KEYS[3], key, -size) <= 0 then
            redis.call('HDEL', KEYS[3], key)
        end
    end
end
if redis.call('XLEN', KEYS[1]) == 0 then
    redis.call('DEL', KEYS[2], KEYS[3])
elseif freed > 0 then
    redis.call('DECRBY', KEYS[2], freed)
end
return ours
"""
"""ARGV: group, consumer, then id, size and key of each. Whether none of them was taken over by another."""

GIVE_BACK = """
local group, consumer, idle = ARGV[1], ARGV[2], ARGV[3]
for at = 4, #ARGV, 2 do
    local mine = redis.call('XPENDING', KEYS[1], group, ARGV[at], ARGV[at], 1, consumer)
    if mine[1] then
        redis.call('XCLAIM', KEYS[1], group, consumer, 0, ARGV[at],
            'IDLE', idle, 'RETRYCOUNT', ARGV[at + 1], 'JUSTID')
    end
end
return 1
"""
"""ARGV: group, consumer, milliseconds until a worker counts as dead, then id and attempts of each."""

DEPTH = """
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
return {redis.call('XLEN', KEYS[1]), redis.call('GET', KEYS[2]) or '0', first and first[1] or ''}
"""
"""Entries, bytes, and the id of the oldest: it begins with the milliseconds of its time."""

FORGET_CONSUMERS = """
local forgotten = 0
for _, pairs_ in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
    local consumer = {}
    for at = 1, #pairs_, 2 do consumer[pairs_[at]] = pairs_[at + 1] end
    if consumer['pending'] == 0 and consumer['idle'] > tonumber(ARGV[2]) then
        redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer['name'])
        forgotten = forgotten + 1
    end
end
return forgotten
"""
"""ARGV: group, milliseconds. Only who has nothing in his hands: what he had would be taken by nobody."""

OF_HOST = """
local found = {}
if redis.call('EXISTS', KEYS[1]) == 0 then return found end
for _, pairs_ in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
    local consumer = {}
    for at = 1, #pairs_, 2 do consumer[pairs_[at]] = pairs_[at + 1] end
    if consumer['pending'] > 0 and string.sub(consumer['name'], 1, #ARGV[2]) == ARGV[2] then
        found[#found + 1] = consumer['name']
    end
end
return found
"""
"""ARGV: group, what the names of a host's workers begin with. Those that have entries in their hands."""

INHERIT = """
local group, consumer, idle = ARGV[1], ARGV[2], ARGV[3]
local taken = 0
for at = 4, #ARGV do
    for _, each in ipairs(redis.call('XPENDING', KEYS[1], group, '-', '+', 1000, ARGV[at])) do
        redis.call('XCLAIM', KEYS[1], group, consumer, 0, each[1],
            'IDLE', idle, 'RETRYCOUNT', each[4], 'JUSTID')
        taken = taken + 1
    end
end
return taken
"""
"""ARGV: group, consumer, milliseconds until a worker counts as dead, then the dead. TAKE finds it next."""
