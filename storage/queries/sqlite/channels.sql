-- name: settings_of(channels)
select c.platform, c.space, c.address, c.settings
from json_each(:channels) as wanted
cross join channels c
  on c.platform = wanted.value ->> 0 and c.space = wanted.value ->> 1 and c.address = wanted.value ->> 2
where c.settings is not null;

-- name: add_channels(channels)!
insert into channels (platform, space, address)
select wanted.value ->> 0, wanted.value ->> 1, wanted.value ->> 2 from json_each(:channels) as wanted
where true
on conflict (platform, space, address) do nothing;

-- name: channel_numbers(channels)
select c.id, c.platform, c.space, c.address from json_each(:channels) as wanted
cross join channels c
  on c.platform = wanted.value ->> 0 and c.space = wanted.value ->> 1 and c.address = wanted.value ->> 2;
