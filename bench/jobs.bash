# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# Part of bench/run: a night's jobs, read by contact-status and by sqlite3 with
# jobs.sql. Both begin each round with a copy of what they had after night one.
#
# The variables that it reads are those of bench/run:
# shellcheck disable=SC2154

rows_of_jobs=$((ROWS / 10))
base=$work/base

# The contacts as import_sqlite has them, and what else is needed: an external id
# that is found, the jobs of a contact, the names of organizations.
jobs_schema()
{
	cat <<-'SQL'
		CREATE TABLE organization (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE);
		INSERT OR IGNORE INTO organization (name) SELECT "Account.Name" FROM contact;
		CREATE TABLE job (id INTEGER PRIMARY KEY, ext TEXT UNIQUE, title TEXT,
		    organization INTEGER, contact INTEGER, status TEXT, opened_on TEXT,
		    closed_on TEXT);
		CREATE INDEX job_contact ON job (contact);
		CREATE TABLE history (contact INTEGER, before TEXT, after TEXT, at TEXT, job INTEGER);
	SQL
}

# What the store keeps of jobs besides.
jobs_schema_full()
{
	cat <<-'SQL'
		CREATE INDEX job_organization ON job (organization);
		CREATE INDEX job_status ON job (status);
		CREATE TABLE former_job (id INTEGER, title TEXT, organization INTEGER,
		    contact INTEGER, status TEXT, opened_on TEXT, closed_on TEXT, until TEXT);
		CREATE TRIGGER job_changes AFTER UPDATE ON job BEGIN
		    INSERT INTO former_job VALUES (old.id, old.title, old.organization,
		    old.contact, old.status, old.opened_on, old.closed_on,
		    strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));
		END;
	SQL
}

jobs_ours()
{
	"$bin/contact-status" -s "$store" --jobs "$1" 2>"$work/summary" ||
	    wrong "$(tail -n 3 "$work/summary")"
}

jobs_sqlite()
{
	{
		cat <<-SQL
			CREATE TEMP TABLE incoming (ext TEXT, title TEXT, organization TEXT,
			    contact TEXT, status TEXT, opened_on TEXT, closed_on TEXT);
			.import --csv --skip 1 --schema temp $2 incoming
		SQL
		cat "$source_tree/bench/jobs.sql"
	} | sqlite3 -bail "$1" || wrong "sqlite3 failed for $2"
}

jobs_prepare()
{
	local night
	for night in 1 2; do
		"$tools/generate" "$ROWS" 1 "$night" >"$work/jobs-$night.csv"
	done
	rm -rf "$store" "$database"
	mkdir "$base"
	say 'jobs: night one'
	import_ours "$store" "$people"
	jobs_ours "$work/jobs-1.csv"
	summary_has "created=$rows_of_jobs"
	mv "$store" "$base/store"
	import_sqlite "$database" "$people"
	jobs_schema | sqlite3 -bail "$database"
	cp "$database" "$base/full"
	jobs_schema_full | sqlite3 -bail "$base/full"
	jobs_sqlite "$database" "$work/jobs-1.csv"
	jobs_sqlite "$base/full" "$work/jobs-1.csv"
	mv "$database" "$base/plain"
}

statuses_ours() { "$bin/contact-find" -H -s "$store" -o csv "$@" | LC_ALL=C sort; }
statuses_sqlite() { sqlite3 -separator , "$database" "$1" | LC_ALL=C sort; }

# agree WHAT: what the last two files say must be the same.
agree()
{
	cmp -s "$work/ours" "$work/theirs" ||
	    wrong "$1: $(diff "$work/ours" "$work/theirs" | head -n 6)"
}

# Both must have come to the same statuses: in number, and once contact by contact.
jobs_agree()
{
	statuses_ours --count-by client_status >"$work/ours"
	statuses_sqlite 'SELECT TR1__Client_Status__c, count(*) FROM contact GROUP BY 1' \
	    >"$work/theirs"
	agree 'contacts by client_status'
	statuses_ours -k job --count-by status >"$work/ours"
	statuses_sqlite 'SELECT status, count(*) FROM job GROUP BY 1' >"$work/theirs"
	agree 'jobs by status'
	[ "$1" -eq 1 ] || return 0
	statuses_ours -c ext.salesforce,client_status >"$work/ours"
	statuses_sqlite 'SELECT Id, TR1__Client_Status__c FROM contact' >"$work/theirs"
	agree 'client_status of each contact'
	statuses_ours -k organization --count >"$work/ours"
	statuses_sqlite 'SELECT count(*) FROM organization' >"$work/theirs"
	agree 'organizations'
}

# jobs_round NUMBER: night two, and its file again, which must change nothing.
jobs_round()
{
	local before after kind night=$work/jobs-2.csv created=$((rows_of_jobs * 15 / 100))
	say "round $1: jobs"
	rm -rf "$store" && cp -a "$base/store" "$store"
	timed jobs.ours jobs_ours "$night"
	summary_has "created=$created"
	summary_has "updated=$((rows_of_jobs - created))"
	for kind in full plain; do
		cp "$base/$kind" "$database"
		timed "jobs.$kind" jobs_sqlite "$database" "$night"
	done
	jobs_agree "$1"
	before=$(sha256sum <"$store/data.mdb")
	timed jobs.again.ours jobs_ours "$night"
	after=$(sha256sum <"$store/data.mdb")
	[ "$before" = "$after" ] || wrong 'the same jobs again changed the store'
	summary_has "unchanged=$rows_of_jobs"
	timed jobs.again.sqlite jobs_sqlite "$database" "$night"
}

# in_proportion SECONDS: what is allowed for a million contacts, for ROWS.
in_proportion() { echo "$1 $ROWS" | awk '{ printf "%.2f", $1 * $2 / 1e6 }'; }

# jobs_line MEASURE OURS OTHER BOUND
jobs_line()
{
	line "$1" "$(seconds "$2")" "sqlite3 $(seconds "$3")" "$(ratio "$2" "$3")" "$4"
}

jobs_report()
{
	local ours again
	ours=$(median jobs.ours)
	again=$(median jobs.again.ours)
	line "$rows_of_jobs changes of jobs of $ROWS contacts, seconds" "$(seconds "$ours")" '' \
	    "$(printf '%.2f' "$ours")" "$(in_proportion 6)"
	jobs_line 'beside SQL that keeps the changes of statuses' "$ours" \
	    "$(median jobs.plain)" 0.50
	jobs_line 'beside SQL that keeps former jobs and all indexes, too' "$ours" \
	    "$(median jobs.full)" 0.50
	line 'the same jobs again, nothing changed, seconds' "$(seconds "$again")" \
	    "sqlite3 $(seconds "$(median jobs.again.sqlite)")" \
	    "$(printf '%.2f' "$again")" "$(in_proportion 3)"
}
