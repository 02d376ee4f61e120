-- What each connection to PostgreSQL gets for itself: for the session, because two versions of the program may be
-- at work on one database. A queue is empty and very long within the same second: what the planner counted last
-- says nothing. Without these settings it may read and sort all of the queue for each claim, or look for what waits
-- in a channel in all the table, and it plans anew each time, which takes as long as the work; over the indexes a
-- claim reads what it takes.

-- A function, because each statement inside it sees what was committed while it waited for its lock; as one
-- statement with a lock in it, it would not.
create or replace function pg_temp.claim_deliveries(
  of_platform text, now_at bigint, until bigint, who text, most bigint, deep bigint, ripe_at_once bigint
) returns table (
  id bigint, alert_id bigint, platform text, address text, space text, state text, due bigint, attempts integer,
  mention text, message text, error text, edit integer, unsure integer, lease bigint, sent bigint
) language plpgsql
set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  -- A channel with a post under way is given to nobody else: that is decided by one process at a time.
  perform pg_advisory_xact_lock(hashtextextended('deadlineday claim ' || of_platform, 0));

  -- Their posts may have arrived. They go first, as long as the platform can be asked for them, and before what is
  -- younger in their channels.
  update deliveries set
    state = 'waiting', lease = null, owner = null, unsure = 1,
    place = coalesce(
      (select min(f.place) from deliveries f where f.platform = of_platform and f.place is not null), 0)
  where state = 'claimed' and platform = of_platform and lease <= now_at;

  if exists (
    select 1 from deliveries where platform = of_platform and state = 'waiting' and place is null and due <= now_at
  ) then
    update deliveries set place = placed.place
    from (
      select ripe.id,
        greatest(
          coalesce(
            (select min(f.place) from deliveries f where f.platform = of_platform and f.place is not null), 0)
            + row_number() over (order by ripe.due, ripe.id) - 1,
          coalesce(
            (select max(b.place) from deliveries b
             where b.channel_id = ripe.channel_id and b.state = 'waiting' and b.place is not null), -1)
            + row_number() over (partition by ripe.channel_id order by ripe.due, ripe.id)
        ) as place
      from (
        select id, channel_id, due from deliveries
        where platform = of_platform and state = 'waiting' and place is null and due <= now_at
        order by due, id limit ripe_at_once
        for update skip locked
      ) ripe
    ) as placed
    where deliveries.id = placed.id;
  end if;

  return query
    with front as (
      select id, channel_id, place from deliveries
      where platform = of_platform and place is not null
      order by place, id limit deep
    ), chosen as (
      select d.id from deliveries d join front on front.id = d.id
      where not exists (
        select 1 from deliveries c where c.state = 'claimed' and c.channel_id = front.channel_id)
      order by front.place, front.id limit most
      for update of d skip locked
    )
    update deliveries d set
      state = 'claimed', place = null, lease = until, owner = who, attempts = d.attempts + 1
    from chosen, channels ch
    where d.id = chosen.id and ch.id = d.channel_id
    returning d.id, d.alert_id, d.platform, ch.address, ch.space, d.state, d.due, d.attempts, d.mention, d.message,
      d.error, d.edit, d.unsure, d.lease, d.sent;
end
$$;

-- What is due gets its place in the queue at once, behind what waits for the same channel; the rest gets one when its
-- time has come. Others hear of it when it is kept.
create or replace function pg_temp.enqueue_deliveries(
  of_alert bigint, of_platforms text[], numbers bigint[], dues bigint[], mentions text[], steps bigint[]
) returns bigint language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  added bigint;
begin
  with front as materialized (
    select p.platform, coalesce(
      (select min(f.place) from deliveries f where f.platform = p.platform and f.place is not null), 0) as place
    from unnest(of_platforms) as p (platform)
  )
  insert into deliveries (alert_id, channel_id, platform, state, due, place, attempts, unsure, mention, edit)
  select
    a.id, c.id, c.platform, 'waiting', greatest(one.due, c.held),
    case when greatest(one.due, c.held) <= a.seen then greatest(
      front.place + one.step,
      (select max(b.place) + 1 from deliveries b
       where b.channel_id = c.id and b.state = 'waiting' and b.place is not null))
    end,
    0, 0, one.mention, 0
  from unnest(numbers, dues, mentions, steps) with ordinality as one (channel, due, mention, step, number)
  join channels c on c.id = one.channel
  join front on front.platform = c.platform
  cross join (select id, seen from alerts where id = of_alert) as a
  order by one.number
  on conflict (alert_id, channel_id) do nothing;
  get diagnostics added = row_count;
  if added > 0 then
    perform pg_notify('deadlineday', 'deliveries');
  end if;
  return added;
end
$$;
