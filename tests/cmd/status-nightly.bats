#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The nightly run of contact-status: silent unless something changed or failed,
# two at once end as one, a past night can be done again.

load support

prepare()
{
	contact-add -q "$examples/salesforce-contacts.csv" 2>/dev/null
	cp "$examples/bullhorn-jobs.csv" "$examples/bullhorn-placements.csv" .
	night=(contact-status -q --jobs bullhorn-jobs.csv --placements bullhorn-placements.csv)
}

@test "a run that changes nothing prints nothing; one that changes something prints what" {
	expect 0 bash -o pipefail -c "${night[*]} --diff - | sed 1d"
	[ "$(wc -l <stdout)" -gt 5 ]
	stderr_is ''
	expect 0 bash -o pipefail -c "${night[*]} --diff - | sed 1d"
	stdout_is ''
	stderr_is ''
}

@test "a run that fails says so, and its status tells" {
	sed -i '2s/@/ at /' bullhorn-jobs.csv
	expect 3 bash -o pipefail -c "${night[*]} --diff - | sed 1d"
	stderr_has '^contact-status: bullhorn-jobs.csv:2: '
	rm bullhorn-placements.csv
	expect 4 "${night[@]}"
	stderr_is 'contact-status: bullhorn-placements.csv: No such file or directory'
}

@test "two overlapping runs end as one" {
	cp -R store single
	"${night[@]}" -s single
	"${night[@]}" &
	"${night[@]}" &
	wait %1
	wait %2
	expect 0 contact-store log -o tsv
	[ "$(grep -c contact-status stdout)" -eq 1 ]
	same_output 'contact-store dump' 'contact-store -s single dump'
}

@test "a run that waits longer than --wait is exit 75, and stores nothing" {
	# shellcheck disable=SC2094
	flock store/writer.lock sleep 3 &
	sleep 0.3
	expect 75 "${night[@]}" --wait 1
	stderr_has '^contact-status: .*/store: busy: process [0-9]+ has been writing for more than 1 s'
	wait
	expect 0 "${night[@]}"
}

# replay DIR: the first night on the store in there, and what came of it.
replay()
{
	CONTACT_NOW=2026-10-06T01:30:00Z "${night[@]}" -s "$1" --diff "$1.csv" --results "$1.results"
	contact-find -s "$1" -k job -c all >"$1.jobs"
	contact-store -s "$1" dump >"$1.dump"
}

@test "on a restored backup \$CONTACT_NOW replays a past night exactly" {
	contact-store -q backup before
	replay store
	sed -i '2,4d' bullhorn-jobs.csv
	CONTACT_NOW=2026-10-07T01:30:00Z expect 0 "${night[@]}" --close-missing
	cp "$examples/bullhorn-jobs.csv" .
	contact-store -q -s elsewhere restore before
	replay elsewhere
	for what in csv results jobs dump; do
		same_output "cat store.$what" "cat elsewhere.$what"
	done
}

@test "in the place of the store it is the same but for ids, which are never given again" {
	contact-store -q backup before
	replay store
	cut -d , -f 1,3-7 store.csv >first.csv
	contact-store -q restore before --yes
	replay store
	cut -d , -f 1,3-7 store.csv >again.csv
	same_output 'cat first.csv' 'cat again.csv'
	expect 0 contact-find -H -k job --count updated_at=2026-10-06
}
