-- name: players_named(folded)
select * from players
where id in (
  select player_id from player_names
  where folded in (select jsonb_array_elements_text(cast(:folded as jsonb))))
order by id;

-- name: players_by_surname(surnames)
select * from players
where id in (
  select player_id from player_names
  where surname in (select jsonb_array_elements_text(cast(:surnames as jsonb))))
order by id;
