-- name: alerts_with(ids)
select a.* from json_each(:ids) as wanted cross join alerts a on a.id = wanted.value;
