-- The folder that a feed had in the list which brought it (OPML), so that an export has it again.

alter table feeds add column folder text;
