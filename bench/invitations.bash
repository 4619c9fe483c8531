# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# Part of bench/run: a campaign for a tenth of the contacts is queued, its messages are
# written to a file, and its figures are counted. Each message must be there once.
#
# The variables that it reads are those of bench/run:
# shellcheck disable=SC2154

invited=$((ROWS / 10))
prepared=$work/prepared
queued=$work/queued

invitations_prepare()
{
	[ -d "$prepared" ] && return
	import_ours "$prepared" "$people"
	"$bin/contact-store" -q -s "$prepared" set 'mail_sender=Career Office <careers@example.org>'
	"$bin/contact-store" -q -s "$prepared" set 'mail_link=https://example.org/join/{{token}}'
	"$bin/contact-store" -q -s "$prepared" set 'mail_unsubscribe_link=https://example.org/leave/{{token}}'
	"$bin/contact-find" -s "$prepared" -c id --limit "$invited" mailable=true >"$work/selected.csv"
}

invitations_queue()
{
	"$tools/peak" "$bin/contact-invite" -q -s "$queued" --campaign Fall - \
	    <"$work/selected.csv" 2>"$work/peak"
}

invitations_mbox()
{
	"$tools/peak" "$bin/contact-invite" -q -s "$queued" --mbox >"$work/messages" 2>"$work/peak"
}

invitations_stats()
{
	"$bin/contact-invite" -s "$queued" --stats --campaign Fall >/dev/null
}

invitations_peak()
{
	awk '/^peak resident/ { print $3 / 1024 }' "$work/peak" >>"$work/$1.resident"
}

invitations()
{
	local number
	invitations_prepare
	for number in $(seq "$ROUNDS"); do
		say "invitations, round $number"
		rm -rf "$queued"
		cp -R "$prepared" "$queued"
		timed queueing invitations_queue
		invitations_peak queueing
		timed mbox invitations_mbox
		invitations_peak mbox
		timed stats invitations_stats
		[ "$(grep -c '^From careers@' "$work/messages")" -eq "$invited" ] || wrong 'a message is missing'
	done
}

invitations_report()
{
	line "$invited invitations queued, seconds" "$(seconds "$(median queueing)")" '' \
	    "$(printf '%.2f' "$(median queueing)")" "$(in_proportion 3)"
	line 'composed, --mbox to a file, seconds' "$(seconds "$(median mbox)")" '' \
	    "$(printf '%.2f' "$(median mbox)")" "$(in_proportion 10)"
	for number in queueing mbox; do
		line "peak resident memory, $number" "$(printf '%.0f MB' "$(median "$number.resident")")" '' \
		    "$(printf '%.0f' "$(median "$number.resident")")" 160
	done
	line 'figures of that campaign, seconds' "$(seconds "$(median stats)")" '' \
	    "$(printf '%.2f' "$(median stats)")" "$(in_proportion 1)"
}
