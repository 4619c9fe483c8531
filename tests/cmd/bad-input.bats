#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Input that is broken, foreign or hostile: a clear sentence with its place, the
# good rows stored exactly, the bad ones told one by one, nothing lost.

load support

# A file with one good row behind whatever stands before it.
rows()
{
	# shellcheck disable=SC2059
	printf "$1" >people.csv
}

emails()
{
	expect 0 contact-find -H -c email
	stdout_is "$1"
}

@test "no record in a file that is not empty: exit 4" {
	rows 'hello\nworld\n'
	expect 4 contact-add people.csv
	stdout_is ''
	stderr_is 'contact-add: people.csv: no header found in the first 10 records: line 1 has "hello"'
	rows 'email,title\n,\n,\n'
	expect 4 contact-add -q people.csv
	stderr_is 'contact-add: people.csv: no record in it but the header'
}

@test "a header and nothing else: exit 4" {
	rows 'email,title\n'
	expect 4 contact-add people.csv
	stderr_is 'contact-add: people.csv: no record in it but the header'
	rows 'email,title'
	expect 4 contact-add people.csv
}

@test "empty, only a BOM, only blank lines: exit 4" {
	for text in '' '\xef\xbb\xbf' '\n\n\n' '\r\n'; do
		rows "$text"
		expect 4 contact-add people.csv
		stdout_is ''
		stderr_is 'contact-add: people.csv: no record'
	done
	expect 4 contact-add </dev/null
	stderr_is 'contact-add: stdin: no record'
}

@test "a program, an image, noise: exit 4" {
	expect 4 contact-add -q "$(command -v cat)"
	stderr_has '^contact-add: .*: no header found in the first 10 records: '
	head -c 5000 /dev/zero >zeroes
	expect 4 contact-add -q zeroes
	stderr_has '^contact-add: zeroes: no header found'
}

@test "one file without a record refuses the whole run" {
	rows 'email\nann@example.com\n'
	printf 'email\n' >none.csv
	expect 4 contact-add -q people.csv none.csv
	stderr_is 'contact-add: none.csv: no record in it but the header'
	expect 1 contact-find --count
}

@test "a row of other length is RAGGED, longer or shorter" {
	rows 'email,title\nann@example.com\nbob@example.com,x,y\ncyd@example.com,ok\n'
	expect 3 contact-add --errors bad.csv people.csv
	stderr_is 'contact-add: people.csv:2: 1 cell where the header has 2 (RAGGED)
contact-add: people.csv:3: 3 cells, and the header names only 2 (RAGGED)
contact-add: read=3 created=1 updated=0 unchanged=0 skipped=0 errors=2 rev=1 in # s'
	emails cyd@example.com
	expect 0 cat bad.csv
	stdout_is 'email,title,_line,_code,_error,_raw
ann@example.com,,2,RAGGED,1 cell where the header has 2,
,,3,RAGGED,"3 cells, and the header names only 2","bob@example.com,x,y"'
}

@test "a trailing comma in header and rows is no column" {
	rows 'email,title,\nann@example.com,x,\nbob@example.com,y\n'
	expect 0 contact-add -q people.csv
	emails 'ann@example.com
bob@example.com'
}

@test "bytes that are not UTF-8: BAD_ENCODING with line and column" {
	rows 'email,title\nann@example.com,caf\xe9\nbob@example.com,\xc3\x28\ncyd@example.com,\xed\xa0\x80\ndan@example.com,\xc0\xaf\nok@example.com,ok\n'
	expect 3 contact-add people.csv
	stderr_is 'contact-add: people.csv:2:2: byte 0xe9 is not UTF-8 (BAD_ENCODING)
contact-add: people.csv:3:2: byte 0xc3 is not UTF-8 (BAD_ENCODING)
contact-add: people.csv:4:2: byte 0xed is not UTF-8 (BAD_ENCODING)
contact-add: people.csv:5:2: byte 0xc0 is not UTF-8 (BAD_ENCODING)
contact-add: read=5 created=1 updated=0 unchanged=0 skipped=0 errors=4 rev=1 in # s'
	emails ok@example.com
}

@test "NUL and control characters: BAD_CHARACTER" {
	rows 'email,title\nann@example.com,a\x00b\nbob@example.com,a\x1b[31mb\ncyd@example.com,a\x7fb\n'
	expect 3 contact-add people.csv
	stderr_is 'contact-add: people.csv:2:2: NUL byte 0x00 (BAD_CHARACTER)
contact-add: people.csv:3:2: control character 0x1b (BAD_CHARACTER)
contact-add: read=3 created=1 updated=0 unchanged=0 skipped=0 errors=2 rev=1 in # s'
	emails cyd@example.com
}

@test "a foreign column id is refused, with what to do" {
	rows 'id,email\n1,ann@example.com\n'
	expect 4 contact-add people.csv
	stderr_is "contact-add: people.csv: column id: whose? --key id if it is this store's, --map generic:NAME if it is NAME's"
}

@test "a stray quote: that row, and the next ones go on" {
	rows 'email,title\nann@example.com,x"y"z\nbob@example.com,"a"b\ncyd@example.com,ok\n'
	expect 3 contact-add --errors bad.csv people.csv
	stderr_is 'contact-add: people.csv:2:2: quote in the middle of an unquoted cell (BAD_QUOTING)
contact-add: people.csv:3:2: text behind the closing quote (BAD_QUOTING)
contact-add: read=3 created=1 updated=0 unchanged=0 skipped=0 errors=2 rev=1 in # s'
	emails cyd@example.com
	expect 0 cat bad.csv
	stdout_is 'email,title,_line,_code,_error,_raw
,,2,BAD_QUOTING,quote in the middle of an unquoted cell,"ann@example.com,x""y""z"
,,3,BAD_QUOTING,text behind the closing quote,"bob@example.com,""a""b"'
}

@test "a quote that is never closed: the line where it opened, and the rest goes on" {
	rows 'email,title\nann@example.com,"open\nbob@example.com,x\ncyd@example.com,y\n'
	expect 3 contact-add people.csv
	stderr_is 'contact-add: people.csv:2:2: quote is never closed (BAD_QUOTING)
contact-add: read=3 created=2 updated=0 unchanged=0 skipped=0 errors=1 rev=1 in # s'
	emails 'bob@example.com
cyd@example.com'
}

@test "the same far behind: 20,000 rows after the quote are not lost" {
	{
		echo email,title
		echo 'ann@example.com,"open'
		seq -f 'p%.0f@example.com,x' 20000
	} >people.csv
	expect 3 contact-add people.csv
	stderr_has '^contact-add: people.csv:2:2: .*\(BAD_QUOTING\)$'
	stderr_has ' created=20000 .* errors=1 '
}

@test "a line of 5 MiB is TOO_LONG, in the header exit 4" {
	{
		echo email,title
		printf 'ann@example.com,'
		head -c 5242880 /dev/zero | tr '\0' x
		printf '\nbob@example.com,ok\n'
	} >people.csv
	expect 3 contact-add -q people.csv
	stderr_has '^contact-add: people.csv:2:.*\(TOO_LONG\)$'
	emails bob@example.com
	{
		printf 'email,'
		head -c 5242880 /dev/zero | tr '\0' x
		printf '\nbob@example.com,ok\n'
	} >people.csv
	expect 4 contact-add -q people.csv
	stderr_has '^contact-add: people.csv: .*4 MiB'
}

@test "2,048 columns are taken, one more is exit 4" {
	columns() {
		printf email
		seq -f ',c%.0f' 2 "$1" | tr -d '\n'
		printf '\nann@example.com'
		seq 2 "$1" | sed 's/.*/,/' | tr -d '\n'
		echo
	}
	columns 2048 >people.csv
	expect 0 contact-add -q people.csv
	columns 2049 >people.csv
	expect 4 contact-add -q people.csv
	stderr_has '^contact-add: people.csv: .*2,?048'
}

@test "memory stays bounded under a quote that never closes" {
	! grep -q __asan_init "$CONTACT_BIN/contact-add" || skip 'sanitizers keep what is freed'
	{
		echo email,title
		printf 'ann@example.com,"'
		head -c 60000000 /dev/zero | tr '\0' 'x' | fold -w 60
	} >people.csv
	contact-add -q people.csv 2>/dev/null 3>&- &
	run=$!
	peak=0
	while read -r _ kilobytes _ < <(grep RssAnon "/proc/$run/status" 2>/dev/null); do
		[ "$kilobytes" -le "$peak" ] || peak=$kilobytes
		sleep 0.02
	done
	status=0
	wait "$run" || status=$?
	[ "$status" -eq 3 ]
	echo "peak: $peak kB"
	[ "$peak" -gt 0 ] || skip 'the run was over too soon to look at it'
	[ "$peak" -lt 65536 ]
}

@test "JSON that is none, or of another form" {
	rows '{"email":"ann@example.com"}\n{"email":\n{"email":"bob@example.com"}\n'
	expect 3 contact-add -q people.csv
	stderr_has '^contact-add: people.csv:2: '
	rows '{"email":{"home":"ann@example.com"}}\n'
	expect 4 contact-add -q people.csv
	stderr_is 'contact-add: people.csv: no header found in the first 10 records: line 1 has "email.home"'
	rows '[1,2,3]'
	expect 4 contact-add -q people.csv
	rows '{"email":"a\\u0000b@example.com"}\n'
	expect 3 contact-add -q people.csv
	stderr_has 'BAD_CHARACTER'
}

@test "a query with a field that does not exist: exit 2, and what is near" {
	contact-add -q email=ann@example.com
	expect 2 contact-find emial=x
	stdout_is ''
	stderr_is "contact-find: emial: contact has no field emial; the nearest is email
try 'contact-find --help'"
}

@test "I5 hostile names of files and columns do not reach the terminal" {
	bad=$'a\e]52;c;x\ab\xff\u202e.csv'
	expect 4 contact-add "$bad"
	stderr_is 'contact-add: a\x1b]52;c;x\x07b\xff\u{202e}.csv: No such file or directory'
	printf 'email,\xe2\x80\xaeevil\nann@example.com,1\nx,2\n' >"$bad"
	expect 3 contact-add -v "$bad"
	[ "$(grep -ac -e $'\e' -e $'\u202e' -e $'\a' stderr)" -eq 0 ]
	expect 2 contact-add $'em\e[31mail=x'
	[ "$(grep -ac $'\e' stderr)" -eq 0 ]
}

@test "I5 stored control and bidi characters are shown, not sent, on a terminal" {
	command -v script >/dev/null || skip 'script is not installed'
	contact-add -q email=ann@example.com $'first_name=\u202eevil\u0085\u200bx'
	TERM=xterm expect 0 script -qec 'contact-add email=ann@example.com $'"'"'title=\u202e'"'"'; contact-find; contact-find -o table' /dev/null
	[ "$(grep -ac -e $'\u202e' -e $'\u0085' -e $'\u200b' stdout)" -eq 0 ]
	stdout_has 'u\{202e\}evil'
	# In a pipe they are exactly what was given.
	expect 0 contact-find -H -c first_name
	stdout_is $'\u202eevil\u0085\u200bx'
}

@test "a header with a line end stays one line of what is said" {
	printf 'email,"x\nstored as rev 9"\nann@example.com,1\n' >people.csv
	expect 0 contact-add people.csv
	stderr_is 'contact-add: people.csv: unknown columns kept: x stored as rev 9 as attr.x_stored_as_rev_9
contact-add: read=1 created=1 updated=0 unchanged=0 skipped=0 errors=0 rev=1 in # s'
}

@test "control characters stand in --errors as \\xHH, and are RAW when they come back" {
	printf 'email,last_name\nann@example.com,B\001\n' >people.csv
	expect 3 contact-add -q --errors bad.csv people.csv
	expect 0 cat bad.csv
	stdout_is 'email,last_name,_line,_code,_error,_raw
,,2,BAD_CHARACTER,control character 0x01,"ann@example.com,B\x01"'
	expect 3 contact-add -q bad.csv
	stderr_is 'contact-add: bad.csv:2: only _raw has a value: mend the row and put it into its columns (RAW)'
}

@test "bytes of the fallback's encoding that make no header are refused as they stand" {
	printf 'Id,N\377~\a' >in.csv
	expect 4 contact-add -q -n in.csv
	stderr_has 'no header found'
}
