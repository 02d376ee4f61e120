-- name: players_with(ids)
select p.* from players p
where p.id in (select cast(value as bigint) from jsonb_array_elements_text(cast(:ids as jsonb)));

-- name: players_named(folded)
select * from players
where id in (
  select player_id from player_names
  where folded in (select jsonb_array_elements_text(cast(:folded as jsonb))))
order by id;

-- name: players_by_word(words)
select * from players
where id in (
  select player_id from player_words
  where word in (select jsonb_array_elements_text(cast(:words as jsonb))))
order by id;
