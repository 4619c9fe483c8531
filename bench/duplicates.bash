# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# Part of bench/run: duplicates among the contacts, to whom a tenth of them is added
# once more, as another system without addresses has them. Each copy must be found.
#
# The variables that it reads are those of bench/run:
# shellcheck disable=SC2154

copies=$((ROWS / 10))
doubled=$work/doubled

duplicates_prepare()
{
	[ -d "$doubled" ] && return
	import_ours "$doubled" "$people"
	"$bin/contact-find" -s "$doubled" -o tsv -H -c first_name,last_name,organization,phone --limit "$copies" |
	    awk 'BEGIN { OFS = "\t"; print "id", "first_name", "last_name", "organization", "phone" }
	        { print "c" NR, $0 }' >"$work/copies.tsv"
	"$bin/contact-add" -q -s "$doubled" --map generic:other --mode create "$work/copies.tsv" ||
	    wrong 'the copies were not added'
}

duplicates_once()
{
	"$tools/peak" "$bin/contact-find" -s "$doubled" -q --duplicates -H -c id,other,score \
	    >"$work/pairs" 2>"$work/peak"
}

duplicates()
{
	local number
	duplicates_prepare
	for number in $(seq "$ROUNDS"); do
		say "duplicates, round $number"
		timed duplicates duplicates_once
		awk '/^peak anonymous/ { print $3 / 1024 }' "$work/peak" >>"$work/duplicates.anonymous"
		awk '/^peak resident/ { print $3 / 1024 }' "$work/peak" >>"$work/duplicates.resident"
	done
	# Name, phone and organization are those of the copy; few others have them all.
	[ "$(awk -F, '$3 >= 80' "$work/pairs" | wc -l)" -ge "$copies" ] || wrong 'copies were not found'
}

duplicates_report()
{
	local memory
	line "duplicates among $((ROWS + copies)) contacts, $(wc -l <"$work/pairs") pairs, seconds" \
	    "$(seconds "$(median duplicates)")" '' \
	    "$(printf '%.2f' "$(median duplicates)")" "$(in_proportion 20)"
	for memory in anonymous resident; do
		line "peak $memory memory of that" "$(printf '%.0f MB' "$(median "duplicates.$memory")")" '' \
		    "$(printf '%.0f' "$(median "duplicates.$memory")")" 256
	done
}
