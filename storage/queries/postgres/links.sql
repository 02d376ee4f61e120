-- name: links_between(pairs)
-- A pair of which nothing is held is given too, without a stage: what was told of it last is known at least.
select l.*, cast(pair ->> 0 as bigint) as of_player, pair ->> 1 as of_club,
  (select max(a.id) from alerts a
   where a.player_id = cast(pair ->> 0 as bigint) and a.club = pair ->> 1) as head
from jsonb_array_elements(cast(:pairs as jsonb)) as pair
left join links l on l.player_id = cast(pair ->> 0 as bigint) and l.club = pair ->> 1;
