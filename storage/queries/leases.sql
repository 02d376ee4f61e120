-- name: leases_of(what)
select part, owner, until from leases where what = :what order by part;

-- name: drop_lapsed_leases(what, now)!
delete from leases where what = :what and until <= :now;

-- name: renew_leases(what, owner, until)!
update leases set until = :until where what = :what and owner = :owner;

-- name: add_leases(what, part, owner, until)*!
insert into leases (what, part, owner, until) values (:what, :part, :owner, :until)
on conflict (what, part) do nothing;

-- name: drop_leases(what, part, owner)*!
delete from leases where what = :what and part = :part and owner = :owner;

-- name: drop_all_leases(owner)!
delete from leases where owner = :owner;
