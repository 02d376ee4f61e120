-- name: players(after)
select * from players where id > :after order by id;

-- name: players_starting(start, beyond, most)
select * from players
where id in (
  select player_id from (
    select player_id from player_names where folded >= :start and folded < :beyond order by folded limit :most
  ) as by_name
  union all
  select player_id from (
    select player_id from player_words where word >= :start and word < :beyond order by word limit :most
  ) as by_word)
order by id;

-- name: forms_starting(start, beyond, most)
select * from (
  select folded as form, player_id from player_names
  where folded >= :start and folded < :beyond order by folded limit :most
) as by_name
union all
select * from (
  select word as form, player_id from player_words
  where word >= :start and word < :beyond order by word limit :most
) as by_word;

-- name: beyond_player(place)$
select id from players order by id limit 1 offset :place;

-- name: player(id)^
select * from players where id = :id;

-- name: add_player(name, aliases, clubs)^
insert into players (name, aliases, clubs) values (:name, :aliases, :clubs) returning id;

-- name: save_player(id, name, aliases, clubs)!
update players set name = :name, aliases = :aliases, clubs = :clubs where id = :id;

-- name: forget_names(player_id)!
delete from player_names where player_id = :player_id;

-- name: forget_words(player_id)!
delete from player_words where player_id = :player_id;

-- name: add_names(folded, player_id)*!
insert into player_names (folded, player_id) values (:folded, :player_id) on conflict do nothing;

-- name: add_words(word, player_id)*!
insert into player_words (word, player_id) values (:word, :player_id) on conflict do nothing;

-- name: watched_page(after, most)
select * from players
where id in (select distinct player_id from watches where player_id > :after order by player_id limit :most)
order by id;

-- name: forget_idle_players()!
delete from players
where id in (select player_id from links)
  and not exists (select 1 from claims where claims.player_id = players.id)
  and not exists (select 1 from watches where watches.player_id = players.id);
