-- name: add_watch(channel_id, player_id, club, from_stage, asked_by, mention, created)!
insert into watches (channel_id, player_id, club, from_stage, asked_by, mention, created)
values (:channel_id, :player_id, :club, :from_stage, :asked_by, :mention, :created)
on conflict (channel_id, coalesce(player_id, 0), coalesce(club, '')) do update set
  from_stage = excluded.from_stage, asked_by = excluded.asked_by, mention = excluded.mention, paused = null;

-- name: this_watch(channel_id, player_id, club)^
select w.*, c.platform, c.space, c.address
from watches w join channels c on c.id = w.channel_id
where w.channel_id = :channel_id
  and coalesce(w.player_id, 0) = coalesce(cast(:player_id as bigint), 0) and coalesce(w.club, '') = coalesce(cast(:club as text), '');

-- name: watch(id)^
select w.*, c.platform, c.space, c.address
from watches w join channels c on c.id = w.channel_id
where w.id = :id;

-- name: remove_watch(id)!
delete from watches where id = :id;

-- name: pause_watch(id, reason)!
update watches set paused = :reason where id = :id;

-- name: pause_channel(platform, space, address, reason)!
update watches set paused = :reason
where channel_id = (
  select id from channels where platform = :platform and space = :space and address = :address);

-- name: watches_of_channel(platform, space, address)
select w.*, c.platform, c.space, c.address
from channels c join watches w on w.channel_id = c.id
where c.platform = :platform and c.space = :space and c.address = :address
order by w.id;

-- name: first_watches_of_channel(platform, space, address, most)
select w.*, c.platform, c.space, c.address
from channels c join watches w on w.channel_id = c.id
where c.platform = :platform and c.space = :space and c.address = :address
order by w.id
limit :most;

-- name: watch_counts(platform, space)
-- One row for each channel of a server or workspace, the busiest first.
select c.address, count(*) as watches
from channels c join watches w on w.channel_id = c.id
where c.platform = :platform and c.space = :space
group by c.id, c.address
order by count(*) desc, c.address;

-- name: watches_on(player_id, club)
select w.*, c.platform, c.space, c.address
from watches w join channels c on c.id = w.channel_id
where w.paused is null and (
  w.player_id = :player_id and (w.club is null or w.club = :club) or w.player_id is null and w.club = :club)
order by w.channel_id, w.id;

-- name: followers(player_id, club, after, most)
-- Channel by channel over the indexes, so that a page costs the same however many watch. First the channel, then what
-- makes its way of asking, in the order in which `_ways` takes it.
select w.channel_id, c.platform, c.settings, w.player_id, w.club, w.from_stage, w.mention,
  w.id, w.asked_by, w.paused, w.created, c.space, c.address
from (
  select * from (
    select * from watches
    where player_id = :player_id and channel_id > :after and paused is null and (club is null or club = :club)
    order by channel_id limit :most) as of_player
  union all
  select * from (
    select * from watches
    where player_id is null and club = :club and channel_id > :after and paused is null
    order by channel_id limit :most) as of_club
) as w join channels c on c.id = w.channel_id
order by w.channel_id, w.id limit :most;

-- name: watched_since(after)
select p.*, w.id as watch_id from watches w join players p on p.id = w.player_id
where w.id > :after order by w.id;

-- name: last_watch()$
select max(id) from watches;

-- name: count_watched()$
select count(distinct player_id) from watches;

-- name: all_watches()
select w.*, c.platform, c.space, c.address
from watches w join channels c on c.id = w.channel_id
order by w.id;
