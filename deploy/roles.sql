-- The database roles of Rapport: run once by a superuser; running it again changes nothing.
--   psql -d postgres -f deploy/roles.sql
-- then give each role its password (\password rapport_owner ...) and make the database:
--   CREATE DATABASE rapport OWNER rapport_owner;
-- Nothing of Rapport ever connects as a superuser after that.

DO $$
BEGIN
    -- Owns the tables and runs the migrations.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rapport_owner') THEN
        CREATE ROLE rapport_owner LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    -- Web, workers and beat.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rapport_app') THEN
        CREATE ROLE rapport_app LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    -- Retention and erasure.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rapport_keeper') THEN
        CREATE ROLE rapport_keeper LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    -- pg_dump: reads every row, writes none.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rapport_backup') THEN
        CREATE ROLE rapport_backup LOGIN NOSUPERUSER BYPASSRLS;
    END IF;
END
$$;

GRANT pg_read_all_data TO rapport_backup;
