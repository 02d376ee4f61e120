-- When a delivery was posted, so that the lag from publication to message can be told.

alter table deliveries add column sent bigint;
