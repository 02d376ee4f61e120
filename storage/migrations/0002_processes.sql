-- Work that several processes share, and a chain that lets each link have one next alert.

alter table feeds add column lease bigint;
alter table feeds add column owner text;
alter table deliveries add column owner text;
alter table alerts add column follows bigint;
update alerts set follows = (
  select max(b.id) from alerts b
  where b.player_id = alerts.player_id and b.club = alerts.club and b.id < alerts.id);
create unique index alerts_chain on alerts (player_id, club, coalesce(follows, 0));

create table paces (
  key text primary key not null,
  at bigint not null
);
