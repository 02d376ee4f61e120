-- name: settings_of(channels)
select c.platform, c.space, c.address, c.settings
from jsonb_array_elements(cast(:channels as jsonb)) as wanted
join channels c
  on c.platform = wanted ->> 0 and c.space = wanted ->> 1 and c.address = wanted ->> 2
where c.settings is not null;

-- name: channel_numbers(channels)
select c.id, c.platform, c.space, c.address
from jsonb_array_elements(cast(:channels as jsonb)) as wanted
cross join lateral ( -- offset 0: looked up one by one, however few the planner takes the channels to be
  select * from channels
  where platform = wanted ->> 0 and space = wanted ->> 1 and address = wanted ->> 2
  offset 0
) as c;

-- name: add_channels(channels)!
-- In one order for all processes, so that none waits for another that waits for it.
insert into channels (platform, space, address)
select wanted ->> 0, wanted ->> 1, wanted ->> 2
from jsonb_array_elements(cast(:channels as jsonb)) as wanted
order by 1, 2, 3
on conflict (platform, space, address) do nothing;
