-- name: add_alert(entry_id, player_id, club, kind, stage_before, stage, status, from_club, deal, fee, sources, quote, why, published, seen, head)^
insert into alerts
  (entry_id, player_id, player, club, kind, stage_before, stage, status, from_club, deal, fee, sources, quote, why,
   outlet, link, title, published, seen, also, follows)
select
  :entry_id, p.id, p.name, :club, :kind, :stage_before, :stage, :status, :from_club, :deal, :fee, :sources, :quote, :why,
  e.outlet, e.link, coalesce(e.title, ''), :published, :seen, '[]',
  coalesce(cast(:head as bigint), (select max(a.id) from alerts a where a.player_id = :player_id and a.club = :club))
from players p left join entries e on e.id = :entry_id
where p.id = :player_id
on conflict (entry_id, player_id, club, kind, stage, status) do nothing
returning *;

-- name: same_alert(entry_id, player_id, club, kind, stage, status)^
select * from alerts
where entry_id = :entry_id and player_id = :player_id and club = :club
  and kind = :kind and stage = :stage and status = :status;

-- name: alert(id)^
select * from alerts where id = :id;

-- name: last_alert(player_id, club)^
select * from alerts where player_id = :player_id and club = :club order by id desc limit 1;

-- name: alerts_of_player(player_id, before_id, most)
select * from alerts where player_id = :player_id and id < :before_id order by id desc limit :most;

-- name: alerts_of_pair(player_id, club, before_id, most)
select * from alerts
where player_id = :player_id and club = :club and id < :before_id
order by id desc limit :most;

-- name: hold_alert(id)!
-- Nobody else changes its row until this transaction ends.
update alerts set also = also where id = :id;

-- name: save_also(id, also)!
update alerts set also = :also where id = :id;

-- name: mark_misread(id, what)!
update alerts set misread = :what where id = :id and coalesce(misread, '') <> coalesce(cast(:what as text), '');

-- name: mark_edits(alert_id)!
-- A post that is under way may carry the old card: it is edited as soon as it is sent.
update deliveries set edit = 1 where alert_id = :alert_id and state in ('claimed', 'sent') and edit = 0;

-- name: add_feedback(alert_id, said_by, what, at)!
insert into feedback (alert_id, said_by, what, at) values (:alert_id, :said_by, :what, :at)
on conflict (alert_id, said_by, what) do nothing;

-- name: open_feedback(most)
-- Out of the last five hundred things that were said.
select newest.alert_id, newest.what, count(distinct newest.said_by) as many
from (select * from feedback order by id desc limit 500) as newest
join alerts a on a.id = newest.alert_id
where a.misread is null
group by newest.alert_id, newest.what order by max(newest.id) desc limit :most;

-- name: feedback(before_id, most)
select * from feedback where id < :before_id order by id desc limit :most;
