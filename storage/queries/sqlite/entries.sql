-- name: known(keys)
select key, id, content_hash from entries where key in (select value from json_each(:keys));

-- name: entry_ids(keys)
-- The index on keys answers it alone; written with "in", SQLite reads the rows and sorts the keys first.
select entries.key, entries.id from json_each(:keys) as asked cross join entries on entries.key = asked.value;
