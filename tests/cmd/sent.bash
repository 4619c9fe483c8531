# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# Invitations as they are when their messages went out, with tokens that the tests
# know: those of a store are made at random, and it keeps no more than their hashes.
#
#     send_all                  what is queued is sent
#     token 9                   the token of invitation 9

# token ID
token()
{
	printf '%26s' "$1" | tr ' 0-9' 'za-j'
}

# send_all [STATE]: queued invitations get their token, and the state.
send_all()
{
	local id
	contact-store dump >queued.dump
	while read -r id; do
		printf '%s\t%s\n' "$id" "$(token "$id" | sha256sum | cut -d' ' -f1)"
	done < <(awk -F'\t' '$1 == "invitation" && $4 == "queued" { print $2 }' queued.dump) >tokens
	awk -F'\t' -v OFS='\t' -v state="${1:-sent}" -v at="${CONTACT_NOW:-2026-10-05T12:00:00Z}" '
		NR == FNR { hash[$1] = $2; next }
		function finish() { if (open) print "invitation", open, "tokens", hash[open]; open = 0 }
		$2 != open || $1 != "invitation" { finish() }
		$1 == "invitation" && $3 == "state" && $4 == "queued" { $4 = state }
		$1 == "checksum" { $0 = "checksum\tnone" }
		{ print }
		$1 == "invitation" && ($2 in hash) { open = $2 }
		$1 == "invitation" && $3 == "queued_at" && ($2 in hash) && state == "sent" { print $1, $2, "sent_at", at }
	' tokens queued.dump >sent.dump
	rm -rf "$CONTACT_STORE"
	contact-store -q load <sent.dump
}
