-- What a delivery told as part of a later one of its link, so that it can be told and drawn again as it was.

alter table deliveries add column told_in bigint;
