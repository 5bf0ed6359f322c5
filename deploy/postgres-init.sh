#!/bin/sh
# First start of the postgres service of docker-compose.yml: roles, their passwords, the database.
set -eu

psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --file "${ROLES_SQL:-/rapport/roles.sql}"
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set owner="$RAPPORT_OWNER_PASSWORD" --set app="$RAPPORT_APP_PASSWORD" \
    --set keeper="$RAPPORT_KEEPER_PASSWORD" --set backup="$RAPPORT_BACKUP_PASSWORD" <<'SQL'
ALTER ROLE rapport_owner PASSWORD :'owner';
ALTER ROLE rapport_app PASSWORD :'app';
ALTER ROLE rapport_keeper PASSWORD :'keeper';
ALTER ROLE rapport_backup PASSWORD :'backup';
CREATE DATABASE rapport OWNER rapport_owner;
SQL
