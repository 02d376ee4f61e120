-- name: fact(key)$
select value from facts where key = :key;

-- name: set_fact(key, value)!
insert into facts (key, value) values (:key, :value) on conflict (key) do update set value = excluded.value;

-- name: forget_fact(key)!
delete from facts where key = :key;

-- name: schema_version()$
select max(version) from migrations;
