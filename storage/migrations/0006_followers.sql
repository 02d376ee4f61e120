-- Watches of a player or a club by channel, so that those whom news concerns are read page by page.

create index watches_of_player on watches (player_id, channel_id);
create index watches_of_club on watches (club, channel_id) where player_id is null;
drop index watches_player;
drop index watches_club;
