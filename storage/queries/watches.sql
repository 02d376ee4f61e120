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
where w.player_id = :player_id and (w.club is null or w.club = :club) and w.paused is null
union all
select w.*, c.platform, c.space, c.address
from watches w join channels c on c.id = w.channel_id
where w.player_id is null and w.club = :club and w.paused is null;

-- name: all_watches()
select w.*, c.platform, c.space, c.address
from watches w join channels c on c.id = w.channel_id
order by w.id;
