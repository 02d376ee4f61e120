-- PostgreSQL looks up each row's foreign keys by themselves, which was half of what an alert to very many channels
-- cost. The same promise, kept once for each statement: nothing waits for a channel or an alert that is not there,
-- and what is forgotten takes its deliveries along.

alter table deliveries drop constraint deliveries_alert_id_fkey;
alter table deliveries drop constraint deliveries_channel_id_fkey;

create function deliveries_belong() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
  -- From here to the end of the transaction nobody takes these alerts or any channel away; whoever was faster has
  -- ended, and what is asked next sees what he left.
  perform from alerts where id in (select alert_id from added) for key share;
  perform pg_advisory_xact_lock_shared(hashtextextended('deadlineday channels', 0));
  if exists (
    select from (select distinct alert_id as id from added) as one
    where not exists (select from alerts where alerts.id = one.id)
  ) or exists (
    select from added where not exists (select from channels where channels.id = added.channel_id)
  ) then
    raise foreign_key_violation using
      message = 'a delivery is for an alert or a channel that is not there', table = 'deliveries';
  end if;
  return null;
end
$$;
create trigger deliveries_belong after insert on deliveries referencing new table as added
  for each statement execute function deliveries_belong();

create function alerts_gone() returns trigger language plpgsql as $$
begin
  delete from deliveries where alert_id in (select id from gone);
  return null;
end
$$;
create trigger alerts_gone after delete on alerts referencing old table as gone
  for each statement execute function alerts_gone();

create function channels_wait() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('deadlineday channels', 0));
  return null;
end
$$;
create trigger channels_wait before delete on channels for each statement execute function channels_wait();

create function channels_gone() returns trigger language plpgsql as $$
begin
  delete from deliveries where channel_id in (select id from gone);
  return null;
end
$$;
create trigger channels_gone after delete on channels referencing old table as gone
  for each statement execute function channels_gone();
