-- name: links_of(player_id)
select * from links where player_id = :player_id order by changed desc, club;

-- name: links_to(club, most)
select * from links where club = :club order by changed desc, player_id limit :most;

-- name: save_links(player_id, club, stage, status, alerted, since, changed, last_seen, from_club, deal, fee)*!
insert into links (player_id, club, stage, status, alerted, since, changed, last_seen, from_club, deal, fee)
values (:player_id, :club, :stage, :status, :alerted, :since, :changed, :last_seen, :from_club, :deal, :fee)
on conflict (player_id, club) do update set
  stage = excluded.stage, status = excluded.status, alerted = excluded.alerted, since = excluded.since,
  changed = excluded.changed, last_seen = excluded.last_seen, from_club = excluded.from_club,
  deal = excluded.deal, fee = excluded.fee;

-- name: busy_players(most, deep)
-- Only the newest links are looked at, so that the answer costs the same however many there are.
select p.id, p.name, p.aliases, p.clubs, max(newest.changed) as changed
from (select player_id, changed from links order by changed desc limit :deep) newest
join players p on p.id = newest.player_id
group by p.id, p.name, p.aliases, p.clubs
order by changed desc, p.id
limit :most;
