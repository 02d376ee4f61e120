-- name: alerts_with(ids)
select a.* from alerts a
where a.id in (select cast(value as bigint) from jsonb_array_elements_text(cast(:ids as jsonb)));
