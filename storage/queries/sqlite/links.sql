-- name: links_between(pairs)
-- A pair of which nothing is held is given too, without a stage: what was told of it last is known at least.
select l.*, pair.value ->> 0 as of_player, pair.value ->> 1 as of_club,
  (select max(a.id) from alerts a where a.player_id = pair.value ->> 0 and a.club = pair.value ->> 1) as head
from json_each(:pairs) as pair
left join links l on l.player_id = pair.value ->> 0 and l.club = pair.value ->> 1;
