-- name: known(keys)
select key, id, content_hash from entries
where key in (select jsonb_array_elements_text(cast(:keys as jsonb)));

-- name: entry_ids(keys)
select key, id from entries where key in (select jsonb_array_elements_text(cast(:keys as jsonb)));
