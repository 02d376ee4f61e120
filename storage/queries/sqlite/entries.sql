-- name: known(keys)
select key, id, content_hash from entries where key in (select value from json_each(:keys));
