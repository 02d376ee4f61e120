-- Players are found by every word of their names that counts, not by the last one alone.

create table player_words (
  word text not null,
  player_id bigint not null references players (id) on delete cascade,
  primary key (word, player_id)
);
create index player_words_player on player_words (player_id);
insert into player_words (word, player_id) select distinct surname, player_id from player_names;
drop index player_names_surname;
alter table player_names drop column surname;
