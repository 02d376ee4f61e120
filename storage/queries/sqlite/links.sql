-- name: links_between(pairs)
select l.* from json_each(:pairs) as pair
cross join links l on l.player_id = pair.value ->> 0 and l.club = pair.value ->> 1;
