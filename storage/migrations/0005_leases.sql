-- Who takes part in a work that several processes share out, and which parts of it are whose.

create table leases (
  what text not null,
  part text not null,
  owner text not null,
  until bigint not null,
  primary key (what, part)
);
create index leases_owner on leases (owner);
