-- name: enqueue(alert_id, platforms, channels, dues, mentions, steps)
-- The function of this session (session.sql): as for SQLite, but with the columns in arrays.
select pg_temp.enqueue_deliveries(:alert_id, :platforms, :channels, :dues, :mentions, :steps) as added;

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
select
  part.id, part.alert_id, part.platform, c.address, c.space, part.state, part.due, part.attempts, part.mention,
  part.message, part.error, part.edit, part.unsure, part.lease, part.sent, told.id as whole
from deliveries told
join alerts news on news.id = told.alert_id
join alerts old on old.player_id = news.player_id and old.club = news.club and old.id < news.id
join deliveries part on part.alert_id = old.id and part.channel_id = told.channel_id
join channels c on c.id = part.channel_id
where told.id in (select cast(value as bigint) from jsonb_array_elements_text(cast(:ids as jsonb))) and (
  part.state = 'merged' and part.told_in = told.id
  or part.state = 'waiting' and part.unsure = 0 and told.state = 'claimed' and told.unsure = 0)
order by part.alert_id;
