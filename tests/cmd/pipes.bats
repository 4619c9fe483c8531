#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Values go down a pipe as they are (I6): what is hostile to a terminal, a shell
# or a spreadsheet is data here, and comes back to the byte.

load support

# One value a line, as bash writes it in $'...'.
values=(
	'plain' ' "quoted"' 'a,b' "it's" 'a;b' 'a\\b' 'a\\nb' 'two\nlines' 'cr\rlf\r\nend'
	'tab\there' '=1+1' '+49 30 1' '-x' '@x' '#12' '\\#12' '%s%n' '$(id)' '`id`' '../x'
	'\x7f' '\xc2\x9b31m' '\xe2\x80\xae' 'a\xe2\x80\x8bb' '\xe2\x80\xa8' '\xef\xbb\xbfbom'
	'\xc3\xbc' '\xe6\x9d\x8e' '\xc5\x81' 'e\xcc\x81' '\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9'
	'\xd7\xa9\xd7\x9c' 'NULL' 'null' '{"a":1}' '[1]' 'x\n"' '"' '""' '\\' '\\\\' "'" '|a|b|'
)

# Every value in fields of several types, and in a list.
prepare()
{
	local value cell i=0
	printf 'ext.t\ttitle\tstreet\tlabels\tattr.note\n' >people.tsv
	for value in "${values[@]}"; do
		i=$((i + 1))
		cell=$(printf '%bx' "$value" |
		    sed -e ':a' -e '$!N' -e '$!ba' -e 's/\\/\\\\/g; s/\t/\\t/g; s/\r/\\r/g; s/\n/\\n/g; s/x$//')
		# In a list a backslash is escaped once more.
		printf '%s\t%s\t%s\tone;%s\t%s\n' "$i" "$cell" "$cell" \
		    "$(printf %s "$cell" | sed 's/\\\\/\\\\\\\\/g; s/;/\\\\;/g')" "$cell"
	done >>people.tsv
	contact-add -q -i tsv people.tsv
	columns=ext.t,title,street,labels,attr.note
}

@test "I6 the values are stored as they were given" {
	expect 0 contact-find --count 'ext.t=*'
	stdout_is "${#values[@]}"
	for i in "${!values[@]}"; do
		expect 0 contact-find -o json -c title,street,attr.note,labels "ext.t=$((i + 1))"
		printf '%b' "${values[i]}" | sed -z 's/^[ \t]*//' >wanted
		for path in .title .street '.["attr.note"]' '.labels[1]'; do
			jq -j "$path" stdout >found
			cmp found wanted
		done
	done
}

@test "I6 a record of TSV is a line, for cut, sort and awk" {
	expect 0 contact-find -o tsv -c "$columns"
	[ "$(wc -l <stdout)" -eq $((${#values[@]} + 1)) ]
	awk -F '\t' 'NF != 5 { exit 1 }' stdout
	[ "$(tr -cd '\r' <stdout | wc -c)" -eq 0 ]
	expect 0 bash -c "contact-find -H -o tsv -c '$columns' | cut -f 1 | sort -n | head -n 1"
	stdout_is 1
}

@test "I6 down a pipe and back nothing changes, in any format" {
	before=$(store_digest)
	for format in csv tsv json excel; do
		expect 0 bash -o pipefail -c "contact-find -o $format -c all | contact-add"
		stderr_has "read=${#values[@]} created=0 updated=0 unchanged=${#values[@]} skipped=0 errors=0"
		[ "$(store_digest)" = "$before" ]
	done
}

@test "I6 into another store and out again, the bytes are the same" {
	for format in csv tsv json; do
		contact-find -o $format -c "$columns" >"first.$format"
		contact-add -q -s "$format" -i $format "first.$format"
		contact-find -s "$format" -o $format -c "$columns" | cmp - "first.$format"
	done
}

@test "I6 output is the same into a file, a pipe and a slow reader" {
	contact-find -c all >file
	contact-find -c all | cmp - file
	contact-find -c all | { sleep 0.2; cat; } | cmp - file
	contact-store dump >dump
	contact-store dump | { sleep 0.2; cat; } | cmp - dump
	# The teeth: a byte less is noticed.
	expect 1 cmp -s <(contact-find -c all | head -c -1) file
}
