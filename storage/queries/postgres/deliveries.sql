-- name: enqueue(alert_id, channels, dues, mentions, places)!
-- As for SQLite, but with the columns in arrays.
insert into deliveries
  (alert_id, channel_id, platform, state, due, place, attempts, unsure, mention, edit)
select
  alert.id, c.id, c.platform, 'waiting',
  greatest(one.due, coalesce(c.held, 0)),
  case when greatest(one.due, coalesce(c.held, 0)) <= alert.seen then greatest(
    one.place,
    coalesce(
      (select max(b.place) + 1 from deliveries b
       where b.channel_id = c.id and b.state = 'waiting' and b.place is not null), 0))
  end,
  0, 0, one.mention, 0
from unnest(
  cast(:channels as bigint[]), cast(:dues as bigint[]), cast(:mentions as text[]), cast(:places as bigint[])
) with ordinality as one (channel, due, mention, place, number)
cross join lateral ( -- offset 0: looked up one by one, however few the planner takes the channels to be
  select id, platform, held from channels where channels.id = one.channel offset 0
) as c
cross join (select id, seen from alerts where id = :alert_id) alert
order by one.number
on conflict (alert_id, channel_id) do nothing;

-- name: claim(platform, now, lease, owner, most, deep, ripe)
-- The function of this session (session.sql): one process at a time for each platform, each with a fresh look.
select * from pg_temp.claim_deliveries(:platform, :now, :lease, :owner, :most, :deep, :ripe);

-- name: all_sent(ids, messages, ats)!
update deliveries set
  state = 'sent', message = one.message, sent = coalesce(sent, one.at), place = null, lease = null, owner = null,
  unsure = 0, error = null
from unnest(cast(:ids as bigint[]), cast(:messages as text[]), cast(:ats as bigint[])) as one (id, message, at)
where deliveries.id = one.id;

-- name: parts(ids)
-- Earlier alerts of the same link, for the same channel: merged into this one, or waiting while it is posted.
select part.*, c.space, c.address, told.id as whole
from deliveries told
join alerts news on news.id = told.alert_id
join alerts old on old.player_id = news.player_id and old.club = news.club and old.id < news.id
join deliveries part on part.alert_id = old.id and part.channel_id = told.channel_id
join channels c on c.id = part.channel_id
where told.id in (select cast(value as bigint) from jsonb_array_elements_text(cast(:ids as jsonb))) and (
  part.state = 'merged' and part.told_in = told.id
  or part.state = 'waiting' and part.unsure = 0 and told.state = 'claimed' and told.unsure = 0)
order by part.alert_id;
