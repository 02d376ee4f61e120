-- name: settings_of(channels)
select c.platform, c.space, c.address, c.settings
from jsonb_array_elements(cast(:channels as jsonb)) as wanted
join channels c
  on c.platform = wanted ->> 0 and c.space = wanted ->> 1 and c.address = wanted ->> 2
where c.settings is not null;
