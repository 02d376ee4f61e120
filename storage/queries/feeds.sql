-- name: add_feed(url, title, lang, builtin, added_by, folder)!
insert into feeds (url, title, lang, builtin, added_by, folder, state, primed, failures, next_poll)
values (:url, :title, :lang, :builtin, :added_by, :folder, 'active', 0, 0, 0)
on conflict (url) do nothing;

-- name: remove_feed(id)!
delete from feeds where id = :id;

-- name: feeds()
select * from feeds order by id;

-- name: builtin_feeds()
select * from feeds where builtin = 1 order by id;

-- name: feed(id)^
select * from feeds where id = :id;

-- name: feed_by_url(url)^
select * from feeds where url = :url;

-- name: due_feeds(now, most)
select * from feeds where state = 'active' and next_poll <= :now order by next_poll, id limit :most;

-- name: due_marks(now, most)
select id, url, primed, last_poll from feeds
where state = 'active' and next_poll <= :now order by next_poll, id limit :most;

-- name: next_feed()$
select min(next_poll) from feeds where state = 'active' and lease is null;

-- name: save_feeds(url, title, lang, builtin, added_by, folder, state, etag, last_modified, body_hash, primed, failures, error, error_since, last_poll, last_ok, next_poll, id)*!
update feeds set
  url = :url, title = :title, lang = :lang, builtin = :builtin, added_by = :added_by, folder = :folder,
  state = :state,
  etag = :etag, last_modified = :last_modified, body_hash = :body_hash, primed = :primed,
  failures = :failures, error = :error, error_since = :error_since,
  last_poll = :last_poll, last_ok = :last_ok, next_poll = :next_poll, lease = null, owner = null
where id = :id;

-- name: save_polls(asked, url, title, lang, state, etag, last_modified, body_hash, primed, failures, error, error_since, last_poll, last_ok, next_poll, id)*!
update feeds set
  url = :url, title = case when title = '' then :title else title end, lang = coalesce(lang, :lang),
  state = case when state = 'paused' or :state = 'paused' then state else :state end,
  etag = :etag, last_modified = :last_modified, body_hash = :body_hash,
  primed = case when primed = 1 then 1 else :primed end,
  failures = :failures, error = :error, error_since = :error_since,
  last_poll = :last_poll, last_ok = :last_ok, next_poll = :next_poll, lease = null, owner = null
where id = :id and url = :asked;

-- name: save_unchanged(at, next_poll, id, asked)*!
update feeds set
  failures = 0, error = null, error_since = null,
  last_poll = :at, last_ok = :at, next_poll = :next_poll, lease = null, owner = null
where id = :id and url = :asked;

-- name: forget_alerts_of_feed(id)!
delete from alerts where entry_id in (select id from entries where feed_id = :id);

-- name: forget_entries_of_feed(id)!
delete from entries where feed_id = :id;

-- name: release_feeds(owner)!
update feeds set lease = null, owner = null
where lease is not null and (cast(:owner as text) is null or owner = :owner);

-- name: feed_counts(now, late)^
select count(*) as active,
  coalesce(sum(case when next_poll <= :now then 1 else 0 end), 0) as due,
  coalesce(sum(case when next_poll > 0 and next_poll <= :late then 1 else 0 end), 0) as late
from feeds where state = 'active';
