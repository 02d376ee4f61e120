-- What those who run the bot say was misread in an alert, so that its cards say so too.

alter table alerts add column misread text;
