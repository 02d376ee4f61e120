-- name: save_claims(entry_id, player_id, club, at, player, stage, status, from_club, deal, fee, sources, quote, why)*!
insert into claims
  (entry_id, player_id, club, at, player, stage, status, from_club, deal, fee, sources, quote, why)
values
  (:entry_id, :player_id, :club, :at, :player, :stage, :status, :from_club, :deal, :fee, :sources, :quote, :why)
on conflict (entry_id, player_id, club) do update set
  at = excluded.at, player = excluded.player, stage = excluded.stage, status = excluded.status,
  from_club = excluded.from_club, deal = excluded.deal, fee = excluded.fee, sources = excluded.sources,
  quote = excluded.quote, why = excluded.why;

-- name: claims_of_player(player_id, most)
select c.*, e.title, e.link, e.outlet, e.published
from claims c join entries e on e.id = c.entry_id
where c.player_id = :player_id
order by c.at desc, c.id desc limit :most;

-- name: claims_of_player_before(player_id, at, id, most)
select c.*, e.title, e.link, e.outlet, e.published
from claims c join entries e on e.id = c.entry_id
where c.player_id = :player_id and (c.at, c.id) < (:at, :id)
order by c.at desc, c.id desc limit :most;

-- name: claims_of_pair(player_id, club, most)
select c.*, e.title, e.link, e.outlet, e.published
from claims c join entries e on e.id = c.entry_id
where c.player_id = :player_id and c.club = :club
order by c.at desc, c.id desc limit :most;

-- name: claims_of_pair_before(player_id, club, at, id, most)
select c.*, e.title, e.link, e.outlet, e.published
from claims c join entries e on e.id = c.entry_id
where c.player_id = :player_id and c.club = :club and (c.at, c.id) < (:at, :id)
order by c.at desc, c.id desc limit :most;

-- name: claim_place(id)^
select at, id from claims where id = :id;

-- name: claims_in(entry_id)
select c.*, e.title, e.link, e.outlet, e.published
from claims c join entries e on e.id = c.entry_id
where c.entry_id = :entry_id
order by c.id;

-- name: reports(player_id, club, since)
select e.outlet, c.sources, min(c.at) as first, count(*) as many
from claims c join entries e on e.id = c.entry_id
where c.player_id = :player_id and c.club = :club and c.at >= :since
group by e.outlet, c.sources;
