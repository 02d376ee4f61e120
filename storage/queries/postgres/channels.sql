-- name: settings_of(channels)
select c.platform, c.space, c.address, c.settings
from jsonb_array_elements(cast(:channels as jsonb)) as wanted
join channels c
  on c.platform = wanted ->> 0 and c.space = wanted ->> 1 and c.address = wanted ->> 2
where c.settings is not null;

-- name: add_channels(channels)!
-- In one order for all processes, so that none waits for another that waits for it; nearly all are there.
insert into channels (platform, space, address)
select wanted ->> 0, wanted ->> 1, wanted ->> 2
from jsonb_array_elements(cast(:channels as jsonb)) as wanted
left join lateral ( -- offset 0: looked up one by one, however few the planner takes the channels to be
  select 1 as there from channels c
  where c.platform = wanted ->> 0 and c.space = wanted ->> 1 and c.address = wanted ->> 2 offset 0
) as known on true
where known.there is null
order by 1, 2, 3
on conflict (platform, space, address) do nothing;
