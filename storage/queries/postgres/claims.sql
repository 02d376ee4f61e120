-- name: drop_claims(kept, entries)!
delete from claims
where entry_id in (select cast(value as bigint) from jsonb_array_elements_text(cast(:entries as jsonb)))
  and (entry_id, player_id, club) not in (
    select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), value ->> 2
    from jsonb_array_elements(cast(:kept as jsonb)));
