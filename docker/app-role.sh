#!/bin/sh
# Make the role that the program runs as; grant_rights, after each migrate, says what it may do.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
  --set password="$CRS_APP_PASSWORD" <<'SQL'
CREATE ROLE crs_app LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
SQL
