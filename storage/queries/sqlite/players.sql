-- name: players_with(ids)
select p.* from json_each(:ids) as wanted cross join players p on p.id = wanted.value;

-- name: players_named(folded)
select * from players
where id in (select player_id from player_names where folded in (select value from json_each(:folded)))
order by id;

-- name: players_by_word(words)
select * from players
where id in (select player_id from player_words where word in (select value from json_each(:words)))
order by id;
