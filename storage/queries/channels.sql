-- name: add_channel(platform, space, address)!
insert into channels (platform, space, address) values (:platform, :space, :address)
on conflict (platform, space, address) do nothing;

-- name: channel_id(platform, space, address)$
select id from channels where platform = :platform and space = :space and address = :address;

-- name: channel_settings(platform, space, address)$
select settings from channels where platform = :platform and space = :space and address = :address;

-- name: save_channel_settings(platform, space, address, settings)!
insert into channels (platform, space, address, settings) values (:platform, :space, :address, :settings)
on conflict (platform, space, address) do update set settings = excluded.settings;

-- name: all_channel_settings()
select platform, space, address, settings from channels where settings is not null order by id;

-- name: forget_channel(platform, space, address)!
delete from channels where platform = :platform and space = :space and address = :address;

-- name: forget_space(platform, space)!
delete from channels where platform = :platform and space = :space;

-- name: spaces(platform)
-- Steps from one space to the next over the index: each may have very many channels.
with recursive step (space) as (
  select min(space) from channels where platform = :platform
  union all
  select (select min(space) from channels where platform = :platform and space > step.space) from step
  where step.space is not null
)
select space from step where space is not null;
