# Where the data is, as the files that are tried say themselves.
data=$(postgres -D "${MAIN%/*}" --config-file="$MAIN" -C data_directory) || exit 1
[ -r "$data/global/pg_control" ] || cannot "no cluster is in $data"
mkdir -m 700 "$SCRATCH/global" && cp "$data/PG_VERSION" "$SCRATCH/" && cp "$data/global/pg_control" "$SCRATCH/global/" ||
	cannot "the control file of $data cannot be copied"
# What ALTER SYSTEM has set counts as well.
! [ -r "$data/postgresql.auto.conf" ] || cp "$data/postgresql.auto.conf" "$SCRATCH/"
