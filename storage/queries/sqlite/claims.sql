-- name: drop_claims(kept, entries)!
delete from claims
where entry_id in (select value from json_each(:entries))
  and (entry_id, player_id, club) not in
    (select value ->> 0, value ->> 1, value ->> 2 from json_each(:kept));
