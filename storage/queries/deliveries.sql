-- name: retry(id, due, error, unsure, owner)^
update deliveries set state = 'waiting', due = :due, place = null, lease = null, owner = null, unsure = :unsure, error = :error
where id = :id and state in ('waiting', 'claimed') and coalesce(owner, :owner) = :owner
returning channel_id;

-- name: hold_channel(channel_id, due)*!
update channels set held = :due where id = :channel_id and coalesce(held, 0) < :due;

-- name: hold_deliveries(channel_id, due)*!
update deliveries set due = :due, place = null
where channel_id = :channel_id and state = 'waiting' and due < :due;

-- name: put_back(id, due, owner)*!
update deliveries set
  state = 'waiting', place = null, lease = null, owner = null, attempts = attempts - 1,
  due = case when due < :due then :due else due end
where id = :id and state = 'claimed' and coalesce(owner, :owner) = :owner;

-- name: give_up(id, error, owner)!
update deliveries set state = 'given_up', place = null, lease = null, owner = null, edit = 0, error = :error
where id = :id and state in ('waiting', 'claimed') and coalesce(owner, :owner) = :owner;

-- name: merged(id, told_in, owner)*!
update deliveries set state = 'merged', told_in = :told_in, place = null, lease = null, owner = null, edit = 0
where id = :id and state in ('waiting', 'claimed', 'merged') and coalesce(owner, :owner) = :owner;

-- name: let_go(platform, space, address, due)!
-- What was held back is due, what waits for a later hour stays.
update deliveries set due = :due, place = null
where state = 'waiting'
  and channel_id = (select id from channels where platform = :platform and space = :space and address = :address)
  and due = (select held from channels where platform = :platform and space = :space and address = :address);

-- name: hold_no_more(platform, space, address)!
update channels set held = null where platform = :platform and space = :space and address = :address;

-- name: delivery(id)^
select
  d.id, d.alert_id, d.platform, c.address, c.space, d.state, d.due, d.attempts, d.mention, d.message, d.error,
  d.edit, d.unsure, d.lease, d.sent
from deliveries d join channels c on c.id = d.channel_id where d.id = :id;

-- name: delivery_to(alert_id, platform, space, address)^
select
  d.id, d.alert_id, d.platform, c.address, c.space, d.state, d.due, d.attempts, d.mention, d.message, d.error,
  d.edit, d.unsure, d.lease, d.sent
from channels c join deliveries d on d.channel_id = c.id
where c.platform = :platform and c.space = :space and c.address = :address and d.alert_id = :alert_id;

-- name: deliveries_of(alert_id)
select
  d.id, d.alert_id, d.platform, c.address, c.space, d.state, d.due, d.attempts, d.mention, d.message, d.error,
  d.edit, d.unsure, d.lease, d.sent
from deliveries d join channels c on c.id = d.channel_id
where d.alert_id = :alert_id order by d.id;

-- name: waiting_in(platform, space, address)
select
  d.id, d.alert_id, d.platform, c.address, c.space, d.state, d.due, d.attempts, d.mention, d.message, d.error,
  d.edit, d.unsure, d.lease, d.sent
from channels c join deliveries d on d.channel_id = c.id
where c.platform = :platform and c.space = :space and c.address = :address and d.state = 'waiting'
order by d.due, d.id;

-- name: edits_on(platform, most)
select
  d.id, d.alert_id, d.platform, c.address, c.space, d.state, d.due, d.attempts, d.mention, d.message, d.error,
  d.edit, d.unsure, d.lease, d.sent
from deliveries d join channels c on c.id = d.channel_id
where d.edit = 1 and d.platform = :platform and d.state = 'sent' order by d.id limit :most;

-- name: edited(id)!
update deliveries set edit = 0 where id = :id;

-- name: delivery_counts()
select state, count(*) as many from deliveries group by state;

-- name: platforms()
-- Steps from one platform to the next over the index: there are few of them and many channels.
with recursive step (platform) as (
  select min(platform) from channels
  union all
  select (select min(platform) from channels where platform > step.platform) from step
  where step.platform is not null
)
select platform from step where platform is not null;

-- name: in_line(platform)^
-- A channel with a post under way takes no second one, so what waits behind it does not count.
select 1 from deliveries d
where d.platform = :platform and d.place is not null
  and not exists (select 1 from deliveries c where c.state = 'claimed' and c.channel_id = d.channel_id)
order by d.place, d.id limit 1;

-- name: next_later(platform)$
select d.due from deliveries d
where d.platform = :platform and d.state = 'waiting' and d.place is null
  and not exists (select 1 from deliveries c where c.state = 'claimed' and c.channel_id = d.channel_id)
order by d.due, d.id limit 1;

-- name: next_lapse(platform)$
select min(lease) from deliveries where state = 'claimed' and platform = :platform;

-- name: release_claims(owner, due)
update deliveries set
  state = 'waiting', lease = null, owner = null, unsure = 1, due = case when due < :due then :due else due end
where state = 'claimed' and (cast(:owner as text) is null or owner = :owner)
returning channel_id;

-- name: open_counts()
-- What has been told is left out: it grows for ever, and these are counted over small indexes.
select platform, state, count(*) as many from deliveries where state = 'waiting' group by platform, state
union all
select platform, state, count(*) as many from deliveries where state = 'claimed' group by platform, state;
