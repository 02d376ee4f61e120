-- name: enqueue(alert_id, platforms, told)!
-- `told` holds [channel, due, mention, step], a step being how many places it stands behind the front of its
-- platform's queue. What is due gets its place at once, behind what waits for the same channel; the rest gets one
-- when its time has come (line_up).
insert into deliveries
  (alert_id, channel_id, platform, state, due, place, attempts, unsure, mention, edit)
with front (platform, place) as materialized (
  select named.value, coalesce(
    (select min(f.place) from deliveries f where f.platform = named.value and f.place is not null), 0)
  from json_each(:platforms) as named
)
select
  alert.id, c.id, c.platform, 'waiting',
  max(one.value ->> 1, coalesce(c.held, 0)),
  case when max(one.value ->> 1, coalesce(c.held, 0)) <= alert.seen then max(
    (select place from front where front.platform = c.platform) + (one.value ->> 3),
    coalesce(
      (select max(b.place) + 1 from deliveries b
       where b.channel_id = c.id and b.state = 'waiting' and b.place is not null), 0))
  end,
  0, 0, one.value ->> 2, 0
from json_each(:told) as one
cross join alerts alert on alert.id = :alert_id
cross join channels c on c.id = one.value ->> 0
where true
on conflict (alert_id, channel_id) do nothing;

-- name: line_up(platform, now, most)!
-- Those whose time has come join the queue of their platform from its front, one behind another, but never
-- before what stands there already for the same channel.
update deliveries set place = placed.place
from (
  select ripe.id,
    max(
      coalesce((select min(f.place) from deliveries f where f.platform = :platform and f.place is not null), 0)
        + row_number() over (order by ripe.due, ripe.id) - 1,
      coalesce(
        (select max(b.place) from deliveries b
         where b.channel_id = ripe.channel_id and b.state = 'waiting' and b.place is not null), -1)
        + row_number() over (partition by ripe.channel_id order by ripe.due, ripe.id)
    ) as place
  from (
    select id, channel_id, due from deliveries
    where platform = :platform and state = 'waiting' and place is null and due <= :now
    order by due, id limit :most
  ) ripe
) as placed
where deliveries.id = placed.id;

-- name: claim(platform, lease, owner, most, deep)
-- Only the front of the queue is looked at, so that a claim costs the same however long the queue is.
update deliveries set state = 'claimed', place = null, lease = :lease, owner = :owner, attempts = attempts + 1
where id in (
  select d.id from deliveries d
  where d.platform = :platform and d.place is not null
    and d.place <= coalesce(
      (select f.place from deliveries f where f.platform = :platform and f.place is not null
       order by f.place, f.id limit 1 offset :deep), 9223372036854775807)
    and not exists (select 1 from deliveries c where c.state = 'claimed' and c.channel_id = d.channel_id)
  order by d.place, d.id limit :most
)
returning
  id, alert_id, platform,
  (select address from channels where channels.id = channel_id),
  (select space from channels where channels.id = channel_id),
  state, due, attempts, mention, message, error, edit, unsure, lease, sent;

-- name: lapse(platform, now)!
-- Whoever claimed them is gone, or slower than he promised: their posts may have arrived. They go first, as long
-- as the platform can be asked for them, and before what is younger in their channels.
update deliveries set
  state = 'waiting', lease = null, owner = null, unsure = 1,
  place = coalesce(
    (select min(f.place) from deliveries f where f.platform = :platform and f.place is not null), 0)
where state = 'claimed' and platform = :platform and lease <= :now;

-- name: all_sent(sent)!
-- `sent` holds [id, message, at].
update deliveries set
  state = 'sent', message = one.value ->> 1, sent = coalesce(sent, one.value ->> 2), place = null, lease = null,
  owner = null, unsure = 0, error = null
from json_each(:sent) as one
where deliveries.id = one.value ->> 0;

-- name: parts(ids)
-- Earlier alerts of the same link, for the same channel: merged into this one, or waiting while it is posted.
select
  part.id, part.alert_id, part.platform, c.address, c.space, part.state, part.due, part.attempts, part.mention,
  part.message, part.error, part.edit, part.unsure, part.lease, part.sent, told.id as whole
from json_each(:ids) as wanted cross join deliveries told on told.id = wanted.value
join alerts news on news.id = told.alert_id
join alerts old on old.player_id = news.player_id and old.club = news.club and old.id < news.id
join deliveries part on part.alert_id = old.id and part.channel_id = told.channel_id
join channels c on c.id = part.channel_id
where (
  part.state = 'merged' and part.told_in = told.id
  or part.state = 'waiting' and part.unsure = 0 and told.state = 'claimed' and told.unsure = 0)
order by part.alert_id;
