#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Each limit that the manual states, one below, at it, one beyond (I8): taken,
# taken, refused, and what stands behind goes on.

load support

# letters COUNT
letters()
{
	head -c "$1" /dev/zero | tr '\0' x
}

# taken FILE and refused FILE STDERR: what becomes of the first of two rows.
taken()
{
	expect 0 contact-add -q "$@"
	expect 0 contact-find --count email=behind@example.com
}

refused()
{
	expect 3 contact-add "${@:1:$#-1}"
	stderr_has "${*: -1}"
	stderr_has 'errors=1'
	expect 0 contact-find --count email=behind@example.com
}

@test "I8 a value has 1 MiB, in CSV, quoted CSV, TSV and JSON" {
	mib=1048576
	for n in $((mib - 1)) $mib $((mib + 1)); do
		{ printf 'email,title\na@example.com,'; letters $n; printf '\nbehind@example.com,x\n'; } >plain.csv
		{ printf 'email,title\na@example.com,"'; letters $n; printf '"\nbehind@example.com,x\n'; } >quoted.csv
		{ printf 'email\ttitle\na@example.com\t'; letters $n; printf '\nbehind@example.com\tx\n'; } >tab.tsv
		# Doubled quotes and escapes count as what they stand for.
		{ printf 'email\ttitle\na@example.com\t\\\\'; letters $((n - 1)); printf '\nbehind@example.com\tx\n'; } >escaped.tsv
		{ printf 'email,title\na@example.com,"""'; letters $((n - 1)); printf '"\nbehind@example.com,x\n'; } >doubled.csv
		{ printf '{"email":"a@example.com","title":"'; letters $n; printf '"}\n{"email":"behind@example.com"}\n'; } >object.json
		for file in plain.csv quoted.csv doubled.csv tab.tsv escaped.tsv object.json; do
			rm -rf "$CONTACT_STORE"
			form=${file#*.}
			if [ $n -le $mib ]; then
				taken -i "$form" "$file"
				[ "$(contact-find -H -o tsv -c title email=a@example.com | tr -d '\n' | sed 's/\\\\/x/' | wc -c)" -eq $n ]
			else
				refused -i "$form" "$file" 'TOO_LONG'
			fi
		done
	done
}

@test "I8 a record has 4 MiB" {
	limit=$((4 * 1048576))
	for n in $((limit - 1)) $limit $((limit + 1)); do
		# Six columns: an address of 13 bytes, four values of 1,000,000,
		# five commas, the rest.
		{
			printf 'email,a,b,c,d,e\na@example.com'
			for _ in 1 2 3 4; do
				printf ,
				letters 1000000
			done
			printf ,
			letters $((n - 13 - 4000000 - 5))
			printf '\nbehind@example.com,1,2,3,4,5\n'
		} >people.csv
		rm -rf "$CONTACT_STORE"
		if [ $n -le $limit ]; then
			taken people.csv
		else
			refused people.csv 'people.csv:2: record is longer than 4 MiB \(TOO_LONG\)'
		fi
	done
}

@test "I8 a file has 2,048 columns" {
	for n in 2047 2048 2049; do
		{
			printf email
			seq -f ',c%.0f' 2 $n | tr -d '\n'
			printf '\nbehind@example.com'
			seq 2 $n | sed 's/.*/,/' | tr -d '\n'
			echo
		} >people.csv
		rm -rf "$CONTACT_STORE"
		if [ $n -le 2048 ]; then
			taken people.csv
		else
			expect 4 contact-add people.csv
			stderr_has '^contact-add: people.csv: .*2,?048'
		fi
	done
}

@test "I8 an address has 254 bytes" {
	for n in 253 254 255; do
		host=$(for _ in 1 2 3 4; do letters 45; printf .; done)example
		address=$(letters 60)@$host
		address=$(letters $((n - ${#address})))$address
		address=${address: -n}
		# The part before the @ has 64 bytes at most, so the host grows.
		host=${host/x/$(letters $((1 + n - 60 - 1 - ${#host})))}
		address=$(letters 60)@$host
		[ ${#address} -eq $n ]
		printf 'email\n%s\nbehind@example.com\n' "$address" >people.csv
		rm -rf "$CONTACT_STORE"
		if [ $n -le 254 ]; then
			taken people.csv
			expect 0 contact-find --count "$address"
			stdout_is 1
		else
			refused people.csv 'longer than 254 bytes \(BAD_EMAIL\)'
		fi
	done
}

@test "I8 a list has 2,048 elements" {
	for n in 2047 2048 2049; do
		printf 'email,labels\na@example.com,%s\nbehind@example.com,x\n' "$(seq -s ';' $n)" >people.csv
		rm -rf "$CONTACT_STORE"
		if [ $n -le 2048 ]; then
			taken people.csv
			expect 0 contact-find --count "labels=$n" a@example.com
		else
			refused people.csv 'a list of more than 2048 elements \(TOO_LONG\)'
		fi
	done
}

@test "I8 what rows add up to has the limits of a row" {
	half=$(letters 524287)
	printf 'email,labels\na@example.com,%s\n' "$half" >first.csv
	# 524,287, a semicolon and as many again, or more: 1 MiB less one, 1 MiB, one more.
	for n in 524287 524288 524289; do
		rm -rf "$CONTACT_STORE"
		contact-add -q first.csv
		{ printf 'email,labels\na@example.com,'; letters $((n - 1)); printf 'y\nbehind@example.com,x\n'; } >second.csv
		if [ $n -le 524288 ]; then
			taken second.csv
			contact-find -c all >all.csv
			expect 0 contact-add all.csv
			stderr_has 'unchanged=2'
		else
			refused second.csv 'labels: would have more than 1 MiB \(TOO_LONG\)'
			[ "$(contact-find -H -c labels a@example.com | wc -c)" -eq 524288 ]
		fi
	done
	printf 'email,labels\na@example.com,%s\n' "$(seq -s ';' 2048)" >first.csv
	rm -rf "$CONTACT_STORE"
	contact-add -q first.csv
	printf 'email,labels\na@example.com,2048\nbehind@example.com,x\n' >second.csv
	taken second.csv
	sed -i 's/2048/2049/' second.csv
	refused second.csv 'labels: would be a list of more than 2048 elements \(TOO_LONG\)'
}

@test "I8 the name of an attribute has 64 bytes, and is cut between characters" {
	for n in 63 64 65; do
		printf 'email,%s\nbehind@example.com,1\n' "$(letters $n)" >people.csv
		rm -rf "$CONTACT_STORE"
		taken people.csv
		expect 0 contact-find --count "attr.$(letters $((n < 64 ? n : 64)))=1"
		stdout_is 1
	done
	printf 'email,%sü\nbehind@example.com,1\n' "$(letters 63)" >people.csv
	rm -rf "$CONTACT_STORE"
	taken people.csv
	expect 0 contact-find --count "attr.$(letters 63)=1"
	stdout_is 1
}

# nested COUNT: a query in so many parentheses.
nested()
{
	query=()
	for _ in $(seq "$1"); do query+=('('); done
	query+=('email=*')
	for _ in $(seq "$1"); do query+=(')'); done
}

@test "I8, I10 a query has 200 parentheses within each other" {
	contact-add -q email=ann@example.com >id
	for n in 199 200; do
		nested $n
		expect 0 contact-find --count "${query[@]}"
		stdout_is 1
	done
	nested 201
	expect 2 contact-find --count "${query[@]}"
	stdout_is ''
	stderr_has '^contact-find: parentheses are nested more than 200 deep$'
}

@test "I8, I10 a query looks through 200 references" {
	contact-add -q email=ann@example.com last_name=Lee organization='Acme Inc.' >id
	for n in 199 200 201; do
		path=$(for i in $(seq $n); do
			[ $((i % 2)) -eq 1 ] && printf organization. || printf primary_contact.
		done)
		if [ $n -le 200 ]; then
			expect 0 contact-find --count "${path}name~e"
			stdout_is 1
		else
			expect 2 contact-find --count "${path}name~e"
			stderr_has 'more than 200 references in a row$'
		fi
	done
}

# Commands whose work grew with the id would end as killed.
@test "I8 an id is at most 2^48 - 1, and costs no more than a low one" {
	for id in 281474976710654 281474976710655 281474976710656; do
		printf 'contact-dump\t1\ncontact\t%s\tlast_name\tLee\nchecksum\tnone\n' "$id" >dump
		rm -rf "$CONTACT_STORE"
		if [ $id -gt 281474976710655 ]; then
			expect 4 contact-store load <dump
			stderr_is "contact-store: standard input:2: the id $id is above 281474976710655, the highest that a record can have"
			continue
		fi
		expect 0 contact-store load <dump
		if [ $id -eq 281474976710655 ]; then
			expect 5 contact-add last_name=Roe
			stderr_has 'a record has the highest id that there is, 281474976710655'
		else
			expect 0 contact-add last_name=Roe
		fi
		expect 0 contact-store dump
		mv stdout again
		expect 0 contact-store -s "again-$id" load <again
	done
}

# What loads has to go out by a listing and come in again.
@test "I8 a value of a dump has 1 MiB, a record 4 MiB" {
	mib=1048576
	for n in $mib $((mib + 1)); do
		{ printf 'contact-dump\t1\ncontact\t1\tlast_name\tLee\ncontact\t1\tdescription\t'; letters $n; printf '\nchecksum\tnone\n'; } >dump
		if [ $n -le $mib ]; then
			expect 0 contact-store load <dump
			contact-find -c all >all.csv
			expect 0 contact-add -q all.csv
		else
			expect 4 contact-store -s second load <dump
			stderr_is 'contact-store: standard input:3: description: a value of more than 1 MiB'
		fi
	done
	# 4 MiB of a row, and 64 KiB for what rules and --set add to it.
	for n in $((194304 + 65536)) $((194304 + 65537)); do
		{
			printf 'contact-dump\t1\n'
			for name in a b c d; do
				printf 'contact\t1\tattr.%s\t' $name
				letters 1000000
				echo
			done
			printf 'contact\t1\tattr.e\t'
			letters $n
			printf '\nchecksum\tnone\n'
		} >dump
		if [ $n -eq $((194304 + 65536)) ]; then
			expect 0 contact-store -s third load <dump
		else
			expect 4 contact-store -s fourth load <dump
			stderr_is 'contact-store: standard input:6: the record has more than 4 MiB'
		fi
	done
}

@test "I8 a line of a dump has less than 64 MiB" {
	head='contact\t1\tdescription\t'
	for n in $((64 * 1048576 - 1)) $((64 * 1048576)); do
		{ printf 'contact-dump\t1\n'; printf %b "$head"; letters $((n - 22)); printf '\nchecksum\tnone\n'; } >dump
		if [ $n -lt $((64 * 1048576)) ]; then
			expect 4 contact-store load <dump
			stderr_is 'contact-store: standard input:2: description: a value of more than 1 MiB'
		else
			expect 4 contact-store -s second load <dump
			stderr_is 'contact-store: standard input:2: a line is longer than 64 MiB'
		fi
	done
}
