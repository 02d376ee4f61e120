-- What each connection to PostgreSQL gets for itself. A function, because each statement inside it sees what
-- was committed while it waited for its lock; as one statement with a lock in it, it would not. For the session,
-- because two versions of the program may be at work on one database.
create or replace function pg_temp.claim_deliveries(
  of_platform text, now_at bigint, until bigint, who text, most bigint, deep bigint, ripe_at_once bigint
) returns table (
  id bigint, alert_id bigint, platform text, state text, due bigint, lease bigint, attempts integer,
  unsure integer, mention text, message text, error text, edit integer, space text, address text
) language plpgsql
-- A queue is empty and very long within the same second: what the planner counted last says nothing. Without these
-- it may read and sort all of the queue for each claim; over the indexes a claim reads what it takes.
set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off
set enable_mergejoin = off
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
    returning d.id, d.alert_id, d.platform, d.state, d.due, d.lease, d.attempts, d.unsure, d.mention, d.message,
      d.error, d.edit, ch.space, ch.address;
end
$$;
