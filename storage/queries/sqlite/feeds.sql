-- name: claim_feeds(now, until, owner, most)
update feeds set lease = :until, owner = :owner
where id in (
  select id from feeds
  where state = 'active' and next_poll <= :now and coalesce(lease, 0) <= :now
  order by next_poll, id limit :most)
returning *;

-- name: feeds_of(ids)
select * from feeds where id in (select value from json_each(:ids));
