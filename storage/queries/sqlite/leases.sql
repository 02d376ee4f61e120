-- name: database_time()$
select cast((julianday('now') - 2440587.5) * 86400000 as integer) * 1000;
