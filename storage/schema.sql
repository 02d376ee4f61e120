-- The whole schema as it stands after the last migration, for reading. A test holds it against the migrations.
--
-- Both engines read this: types are integer, bigint and text; `integer primary key autoincrement` is the one
-- phrase that PostgreSQL is given differently. Times are whole microseconds since 1970 in UTC: one number that
-- sorts, compares and loses nothing on either engine. Enums are their words, tuples and settings are JSON.
-- Ids are never used twice (autoincrement): they stand in buttons and nonces that outlive their row.

create table migrations (
  version integer primary key not null,
  name text not null,
  applied bigint not null
);

create table facts (
  key text primary key not null,
  value text not null
);

create table feeds (
  id integer primary key autoincrement,
  url text not null unique,
  title text not null,
  lang text,
  builtin integer not null check (builtin in (0, 1)),
  added_by text,
  state text not null check (state in ('active', 'paused', 'gone')),
  etag text,
  last_modified text,
  body_hash text,
  primed integer not null check (primed in (0, 1)),
  failures integer not null,
  error text,
  error_since bigint,
  last_poll bigint,
  last_ok bigint,
  next_poll bigint not null, -- 0: at once
  lease bigint, -- while a process polls it: when its claim runs out
  owner text, -- whose claim that is
  folder text -- in lists (OPML); nested ones parted by "/"
);
create index feeds_due on feeds (next_poll) where state = 'active';

create table entries (
  id integer primary key autoincrement,
  key text not null unique,
  feed_id bigint references feeds (id) on delete set null,
  title text not null,
  text text not null, -- '' after it was pruned
  content_hash text not null,
  link text,
  guid text,
  published bigint,
  updated bigint,
  author text,
  lang text,
  outlet text,
  first_seen bigint not null,
  changed bigint not null
);
create index entries_feed on entries (feed_id);
create index entries_to_prune on entries (changed) where text <> '';

create table players (
  id integer primary key autoincrement,
  name text not null,
  aliases text not null,
  clubs text not null
);

create table player_names (
  folded text not null,
  player_id bigint not null references players (id) on delete cascade,
  primary key (folded, player_id)
);
create index player_names_player on player_names (player_id);

create table player_words (
  word text not null, -- folded: what he may be called by, see links.players.called
  player_id bigint not null references players (id) on delete cascade,
  primary key (word, player_id)
);
create index player_words_player on player_words (player_id);

create table links (
  player_id bigint not null references players (id) on delete cascade,
  club text not null,
  stage text not null check (stage in ('interest', 'approach', 'talks', 'bid', 'agreed', 'medical', 'done')),
  status text not null check (status in ('live', 'stalled', 'off')),
  alerted text check (alerted in ('interest', 'approach', 'talks', 'bid', 'agreed', 'medical', 'done')),
  since bigint not null,
  changed bigint not null,
  last_seen bigint not null,
  from_club text,
  deal text check (deal in ('loan', 'permanent', 'free', 'swap')),
  fee text,
  primary key (player_id, club)
);
create index links_changed on links (changed);
create index links_club on links (club, changed);

create table claims (
  id integer primary key autoincrement,
  entry_id bigint not null references entries (id) on delete cascade,
  player_id bigint not null references players (id) on delete cascade,
  club text not null,
  at bigint not null,
  player text not null,
  stage text not null check (stage in ('interest', 'approach', 'talks', 'bid', 'agreed', 'medical', 'done')),
  status text not null check (status in ('live', 'stalled', 'off')),
  from_club text,
  deal text check (deal in ('loan', 'permanent', 'free', 'swap')),
  fee text,
  sources text not null,
  quote text not null,
  why text not null,
  unique (entry_id, player_id, club)
);
create index claims_player on claims (player_id, at, id);
create index claims_pair on claims (player_id, club, at, id);

create table alerts (
  id integer primary key autoincrement,
  entry_id bigint references entries (id) on delete set null,
  player_id bigint not null references players (id) on delete cascade,
  player text not null,
  club text not null,
  kind text not null check (kind in ('new', 'escalated', 'setback', 'revived')),
  stage_before text check (stage_before in ('interest', 'approach', 'talks', 'bid', 'agreed', 'medical', 'done')),
  stage text not null check (stage in ('interest', 'approach', 'talks', 'bid', 'agreed', 'medical', 'done')),
  status text not null check (status in ('live', 'stalled', 'off')),
  from_club text,
  deal text check (deal in ('loan', 'permanent', 'free', 'swap')),
  fee text,
  sources text not null,
  quote text not null,
  why text not null,
  outlet text,
  link text,
  title text not null,
  published bigint not null,
  seen bigint not null,
  also text not null,
  follows bigint, -- the alert of the same link before it, as the decision knew it
  misread text, -- what was misread ('club'), as those say who run the bot; null: nothing
  unique (entry_id, player_id, club, kind, stage, status) -- an entry says a thing once, however often it is read
);
create index alerts_player on alerts (player_id, id);
create index alerts_pair on alerts (player_id, club, id);
-- Two processes that decide on one state of a link cannot both be right: the second one is refused.
create unique index alerts_chain on alerts (player_id, club, coalesce(follows, 0));

create table channels (
  id integer primary key autoincrement,
  platform text not null,
  space text not null,
  address text not null,
  settings text, -- JSON of what differs from the defaults; null: all defaults
  held bigint, -- nothing is posted there before this time
  unique (platform, space, address)
);

create table watches (
  id integer primary key autoincrement,
  channel_id bigint not null references channels (id) on delete cascade,
  player_id bigint references players (id) on delete cascade,
  club text,
  from_stage text not null
    check (from_stage in ('interest', 'approach', 'talks', 'bid', 'agreed', 'medical', 'done')),
  asked_by text not null,
  mention text,
  paused text,
  created bigint not null,
  check (player_id is not null or club is not null)
);
create unique index watches_once on watches (channel_id, coalesce(player_id, 0), coalesce(club, ''));
create index watches_of_player on watches (player_id, channel_id);
create index watches_of_club on watches (club, channel_id) where player_id is null;

-- On PostgreSQL the two references are kept by triggers (migrations/postgres/0010_belonging.sql).
create table deliveries (
  id integer primary key autoincrement,
  alert_id bigint not null references alerts (id) on delete cascade,
  channel_id bigint not null references channels (id) on delete cascade,
  platform text not null, -- the channel's, so that one index finds the next of a platform
  state text not null check (state in ('waiting', 'claimed', 'sent', 'given_up', 'merged')),
  due bigint not null,
  place bigint, -- in its platform's queue; null before it is due, and once it is claimed
  lease bigint, -- while claimed: when the claim runs out
  attempts integer not null,
  unsure integer not null check (unsure in (0, 1)),
  mention text,
  message text,
  error text,
  edit integer not null check (edit in (0, 1)),
  owner text, -- while claimed: the process that posts it
  told_in bigint, -- once merged: the later delivery of the same link and channel that tells it too
  sent bigint, -- when it was posted; null for what was posted before that was kept
  unique (alert_id, channel_id)
);
create index deliveries_queue on deliveries (platform, place, id, channel_id) where place is not null;
create index deliveries_backlog on deliveries (channel_id, place, id) where state = 'waiting';
create index deliveries_later on deliveries (platform, due, id) where state = 'waiting' and place is null;
create index deliveries_claimed on deliveries (channel_id, lease) where state = 'claimed';
create index deliveries_channel on deliveries (channel_id);
create index deliveries_edit on deliveries (platform, id) where edit = 1;

create table feedback (
  id integer primary key autoincrement,
  alert_id bigint not null references alerts (id) on delete cascade,
  said_by text not null,
  what text not null,
  at bigint not null,
  unique (alert_id, said_by, what)
);

create table paces (
  key text primary key not null,
  at bigint not null -- when the next one may go
);

create table leases (
  what text not null,
  part text not null, -- a part of the work, or in the list of those who take part, the process itself
  owner text not null,
  until bigint not null, -- by the database's clock
  primary key (what, part)
);
create index leases_owner on leases (owner);
