-- name: fact(key)$
select value from facts where key = :key;

-- name: set_fact(key, value)!
insert into facts (key, value) values (:key, :value) on conflict (key) do update set value = excluded.value;

-- name: forget_fact(key)!
delete from facts where key = :key;

-- name: schema_version()$
select max(version) from migrations;

-- name: settle_fact(key, value)!
insert into facts (key, value) values (:key, :value) on conflict (key) do nothing;

-- name: forget_facts_between(low, high, value)!
delete from facts where key >= :low and key < :high and value < :value;

-- name: forget_paces(before)!
delete from paces where at < :before;

-- name: book(key, now, step)$
-- One place after another, `step` apart; gives the one that is taken.
insert into paces (key, at) values (:key, cast(:now as bigint) + :step)
on conflict (key) do update set
  at = case when paces.at > :now then paces.at else :now end + :step
returning at - :step;
