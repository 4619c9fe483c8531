# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# A Postfix of its own for the tests of one file, which goes with them. It serves a
# domain of recipients by SMTP on a port of the loopback, where unknown ones are
# refused, and one of the sender, to which it brings what comes back; all mail lies in
# Maildirs. Nothing of the system's mail is touched.
#
#     setup_file() { mta_start; }         teardown_file() { mta_stop; }
#     prepare() { mta_needed; }           skips the case where it could not be started

# What delivered mail is read with, by a parser that is not ours.
python=/usr/bin/python3

# Its files: whoever delivers mail must get there, and nobody else comes into the
# directories of bats.
mta_files()
{
	local port
	port=$("$python" -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	mkdir "$mta/etc" "$mta/queue" "$mta/data" "$mta/mail" "$mta/bin"
	chmod 755 "$mta"
	chown postfix "$mta/data"
	chown nobody "$mta/mail"
	printf '#!/bin/sh\nexec /usr/sbin/sendmail -C %s/etc "$@"\n' "$mta" >"$mta/sendmail"
	printf '#!/bin/sh\nexit 75\n' >"$mta/bin/bounced"
	chmod 755 "$mta/sendmail" "$mta/bin/bounced"
	cat >"$mta/etc/main.cf" <<-END
	compatibility_level = 3.6
	queue_directory = $mta/queue
	data_directory = $mta/data
	maillog_file_prefixes = $mta
	maillog_file = $mta/log
	command_directory = /usr/sbin
	daemon_directory = /usr/lib/postfix/sbin
	inet_interfaces = 127.0.0.1
	inet_protocols = ipv4
	mynetworks = 127.0.0.0/8
	myhostname = mail.example.org
	mydestination =
	alias_maps =
	alias_database =
	notify_classes =
	recipient_delimiter = +
	bounced_destination_recipient_limit = 1
	smtp_dns_support_level = disabled
	default_transport = error:5.1.2 no such domain here
	transport_maps = inline:{ { acme.example = smtp:[127.0.0.1]:$port }, { piped.example.org = bounced: } }
	virtual_mailbox_domains = example.org, acme.example
	virtual_mailbox_maps = inline:{ ann@acme.example=ann/, zoe@acme.example=zoe/, bounce@example.org=bounces/ }
	virtual_mailbox_base = $mta/mail
	virtual_uid_maps = static:65534
	virtual_gid_maps = static:65534
	END
	cat >"$mta/etc/master.cf" <<-END
	127.0.0.1:$port inet n - n - - smtpd -o myhostname=mx.acme.example -o content_filter=virtual:
	postlog unix-dgram n - n - 1 postlogd
	pickup unix n - n 60 1 pickup
	cleanup unix n - n - 0 cleanup
	qmgr unix n - n 300 1 qmgr
	rewrite unix - - n - - trivial-rewrite
	bounce unix - - n - 0 bounce
	defer unix - - n - 0 bounce
	trace unix - - n - 0 bounce
	proxymap unix - - n - - proxymap
	smtp unix - - n - - smtp
	error unix - - n - - error
	retry unix - - n - - error
	virtual unix - n n - - virtual
	bounced unix - n n - - pipe flags=FDX user=nobody argv=$mta/bin/bounced
	showq unix n - n - - showq
	anvil unix - - n - 1 anvil
	END
}

# Starts it; where that cannot be, mta_missing says why.
mta_start()
{
	export mta mta_missing=
	if [ "$(id -u)" != 0 ]; then
		mta_missing='only the superuser can start Postfix'
	elif ! [ -x /usr/sbin/postfix ] || ! [ -x /usr/lib/postfix/sbin/master ]; then
		mta_missing='postfix is not installed'
	elif ! [ -x "$python" ]; then
		mta_missing='python3 is not installed'
	fi
	[ -z "$mta_missing" ] || return 0
	mta=$(mktemp -d "${TMPDIR:-/tmp}/contact-mta.XXXXXX") && mta_files || return
	# It lives on, so it must not have the descriptors of bats.
	postfix -c "$mta/etc" start >"$mta/start" 2>&1 </dev/null 3>&- 4>&- ||
	    mta_missing="Postfix does not start: $(cat "$mta/start" "$mta/log" 2>/dev/null | tail -n 1)"
}

mta_stop()
{
	[ -n "$mta" ] || return 0
	postfix -c "$mta/etc" abort >/dev/null 2>&1 3>&- 4>&-
	rm -rf "$mta"
}

mta_needed()
{
	[ -z "$mta_missing" ] || skip "$mta_missing"
	rm -rf "$mta/mail/"*
}

# mta_settled: until its queue is empty, 20 seconds at most.
mta_settled()
{
	local i
	for ((i = 0; i < 200; i++)); do
		postqueue -c "$mta/etc" -j 2>/dev/null | grep -q . || return 0
		sleep 0.1
	done
	echo 'mail is still in the queue:'
	tail -n 20 "$mta/log"
	return 1
}

# mail_of BOX: the files that were delivered there, in order of time.
mail_of()
{
	find "$mta/mail/$1/new" -type f 2>/dev/null | sort
}

# mail_shown FILE: a delivered message as Python's parser has it: the
# headers that a person or a mail program looks at, what is wrong with it, and its
# texts, with the token replaced by a word.
mail_shown()
{
	"$python" - "$1" <<-'END'
	import email, email.header, email.policy, re, sys
	policy = email.policy.SMTP.clone(raise_on_defect=False)
	with open(sys.argv[1], "rb") as file:
	    data = file.read()
	mail = email.message_from_bytes(data, policy=policy)
	# Of the new parser's names, those in several encoded words get blanks between them.
	plainer = email.message_from_bytes(data)
	def plain(text):
	    return re.sub(r"\b[a-z2-7]{26}\b", "TOKEN", str(text))
	for name in ("Return-Path", "Delivered-To", "From", "Reply-To", "To", "Cc", "Bcc", "Subject",
	        "Message-ID", "Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"):
	    for value in plainer.get_all(name, []):
	        decoded = email.header.make_header(email.header.decode_header(value))
	        print(name + ": " + plain(str(decoded).replace("\n ", " ")))
	if [address.addr_spec for address in mail["To"].addresses] != [mail["Delivered-To"] or
	        mail["To"].addresses[0].addr_spec]:
	    print("not to its recipient")
	if mail["Date"].datetime is None:
	    print("no date")
	for part in mail.walk():
	    for defect in part.defects:
	        print("defect:", defect)
	    for name, value in part.items():
	        for defect in getattr(value, "defects", []):
	            print("defect of", name + ":", defect)
	    if not part.is_multipart():
	        print("--", part.get_content_type(), part.get_content_charset())
	        print(plain(part.get_content()).rstrip())
	if max(map(len, data.splitlines())) > 998:
	    print("a line is too long")
	END
}

# mail_tokens FILE: the tokens in a message, as often as they are there.
mail_tokens()
{
	"$python" - "$1" <<-'END'
	import email, email.policy, re, sys
	with open(sys.argv[1], "rb") as file:
	    mail = email.message_from_binary_file(file, policy=email.policy.SMTP)
	for text in [mail["List-Unsubscribe"]] + [part.get_content() for part in mail.walk()
	        if not part.is_multipart()]:
	    print("\n".join(re.findall(r"\b[a-z2-7]{26}\b", text)))
	END
}
