-- What is kept of a channel is found by it when it is forgotten. What PostgreSQL needs besides stands in postgres/.

create index deliveries_channel on deliveries (channel_id);
