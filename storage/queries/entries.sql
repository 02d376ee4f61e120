-- name: save_entries(key, feed_id, title, text, content_hash, link, guid, published, updated, author, lang, outlet, seen)*!
-- The first date that was given stays: some sites issue old articles again with a new one. So does the first
-- outlet: a site shows an article in several of its feeds.
insert into entries
  (key, feed_id, title, text, content_hash, link, guid, published, updated, author, lang, outlet, first_seen, changed)
values
  (:key, :feed_id, :title, :text, :content_hash, :link, :guid, :published, :updated, :author, :lang, :outlet,
   :seen, :seen)
on conflict (key) do update set
  title = excluded.title,
  text = excluded.text,
  content_hash = excluded.content_hash,
  link = coalesce(excluded.link, entries.link),
  guid = coalesce(excluded.guid, entries.guid),
  published = coalesce(entries.published, excluded.published),
  updated = coalesce(excluded.updated, entries.updated),
  author = coalesce(excluded.author, entries.author),
  lang = coalesce(excluded.lang, entries.lang),
  outlet = coalesce(entries.outlet, excluded.outlet),
  changed = excluded.changed
where entries.content_hash <> excluded.content_hash;

-- name: entry(id)^
select * from entries where id = :id;

-- name: prune_entries(before, most)!
update entries set text = ''
where id in (select id from entries where text <> '' and changed < :before order by changed limit :most);
