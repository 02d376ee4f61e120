-- name: players_named(folded)
select * from players
where id in (select player_id from player_names where folded in (select value from json_each(:folded)))
order by id;

-- name: players_by_surname(surnames)
select * from players
where id in (select player_id from player_names where surname in (select value from json_each(:surnames)))
order by id;
