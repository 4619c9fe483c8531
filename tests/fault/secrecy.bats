#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What is in a store stays there (S1 to S6, S8): modes, names that are swapped,
# descriptors, temporary files, core dumps, stray memory. Each promise has a
# case in which a planted fault must be found by the same eyes.
# CONTACT_TESTS=quick does less, =long more.

load ../cmd/support

prepare()
{
	PATH=$CONTACT_BIN/tests/fault:$PATH
	# Leaks cannot be looked for under strace.
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
}

needs()
{
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

sanitized()
{
	grep -q __asan_init "$CONTACT_BIN/contact-find"
}

people()
{
	printf 'First Name,Last Name,Email,Organization,Notes\n'
	seq "${1:-20}" | awk '{ printf "Marker%dkwz,Lee,secret%d@example.com,Company %d,%s\n", $1, $1, $1 % 5, "n" }'
}

# Every program that makes files, in a directory made for it.
make_all()
{
	mkdir made
	contact-store -q -s made/empty init
	people | contact-add -q -s made/store --results made/results --errors made/errors --diff made/diff -
	people 30 | sed 's/Lee/Moe/' |
	    contact-add -q -s made/store --results made/results-2 --diff made/diff-2 -
	contact-store -q -s made/store set timezone=+02:00
	printf 'ext.ats,contact\nJ1,secret1@example.com\n' >made/jobs
	chmod 600 made/jobs
	contact-status -q -s made/store --jobs made/jobs --results made/results-3 --diff made/diff-3
	contact-find -s made/store >/dev/null
	contact-store -q -s made/store backup made/backup
	contact-store -q -s made/store compact
	contact-store -q -s made/store --yes restore made/backup
	contact-store -s made/store dump | contact-store -q -s made/loaded load
	contact-store -q -s made/store undo 1 --force --results made/undone
	contact-store -q -s made/store --yes prune --older 1d
}

# not_private DIRECTORY: what in it others could use, or who runs a file.
not_private()
{
	find "$1" -mindepth 1 \( -type d ! -perm 700 -o ! -type d ! -perm 600 \) -printf '%p %M\n'
}

@test "S1 whatever is made is private, whatever the umask" {
	for mask in 0 022 077; do
		rm -rf made
		umask "$mask"
		make_all
		chmod 700 made
		expect 0 not_private made
		stdout_is ''
	done
}

@test "S1 teeth: a file that follows the umask is found" {
	umask 022
	make_all
	cat made/store/data.mdb >made/store/copy
	expect 0 not_private made
	stdout_is 'made/store/copy -rw-r--r--'
}

@test "S1 the mask is set before anything is made, and never changed" {
	needs strace
	umask 0
	strace -f -qq -o calls -e trace=open,openat,creat,mkdir,mkdirat,umask,chmod,fchmod,fchmodat \
	    contact-add -q -s made/store --results results --diff diff - < <(people)
	grep -q 'mkdir("made/store", 0700)' calls
	expect 0 sed -nE '/umask|O_CREAT|O_TMPFILE|mkdir|chmod|creat\(/{s/^[0-9]+ +//;s/ += .*//;p;q}' calls
	stdout_is 'umask(077)'
	[ "$(grep -c 'umask(' calls)" -eq 1 ]
	expect 1 grep 'chmod' calls
}

# leaks FILE: what strace saw of descriptors that would go to a child. The C
# library itself opens the table of encodings so, and closes it at once; sanitizers
# look at their own process.
leaks()
{
	sed -E 's/^[0-9]+ +//' "$1" |
	    grep -E '^(open|openat|openat2|creat|dup|dup2|dup3|pipe|pipe2|socket|memfd_create|eventfd2|epoll_create1?|accept4?|fcntl)\(' |
	    grep -vE '= -1|CLOEXEC|gconv-modules.cache|"/proc/self/|^fcntl\([0-9]+, F_(GETFD|GETFL|SETLK|SETLKW|GETLK|SETFL|OFD_)' || :
}

descriptor_calls=open,openat,creat,dup,dup2,dup3,pipe,pipe2,socket,memfd_create,eventfd2,fcntl

@test "S3 no descriptor of a program would go to a child" {
	needs strace
	people 3000 >people.csv
	strace -f -qq -o calls.1 -e trace=$descriptor_calls contact-add -q --results results people.csv
	strace -f -qq -o calls.2 -e trace=$descriptor_calls contact-find -o table organization='company 1' >/dev/null
	strace -f -qq -o calls.3 -e trace=$descriptor_calls contact-store check >/dev/null
	people 3001 | strace -f -qq -o calls.4 -e trace=$descriptor_calls contact-add -q -n - >/dev/null
	for calls in calls.?; do
		grep -q 'data.mdb' "$calls"
		expect 0 leaks "$calls"
		stdout_is ''
	done
}

@test "S3 the child that reads mail has nothing but its socket" {
	mkdir lib
	# What it loads as the library for mail tells what it has.
	cat >tells.c <<-'END'
		#include <stdio.h>
		#include <unistd.h>
		__attribute__((constructor)) static void
		tell(void)
		{
			char link[64], target[512];
			FILE *out = fopen("told", "w");
			for (int fd = 0; fd < 1024; fd++) {
				snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
				ssize_t n = readlink(link, target, sizeof(target));
				if (n > 0 && fd != fileno(out))
					fprintf(out, "%d %.*s\n", fd, (int)n, target);
			}
			fclose(out);
		}
	END
	"${CC:-cc}" -shared -fPIC -o lib/libgmime-3.0.so.0 tells.c
	LD_LIBRARY_PATH=$PWD/lib expect 5 timeout 30 contact-add -i mail - <<-'END'
		From: ann@example.com
	END
	stderr_is 'contact-add: reading mail needs libgmime-3.0.so.0 (Debian: apt install libgmime-3.0-0)'
	same told told "$(printf '0 /dev/null\n1 /dev/null\n2 /dev/null\n3 socket:[%s]' "$(sed -n 's/^3 socket:.\([0-9]*\)./\1/p' told)")"
}

@test "S3 teeth: a descriptor that a child would have is found" {
	needs strace
	: >file
	strace -f -qq -o calls -e trace=$descriptor_calls bash -c 'exec 5<file' </dev/null
	expect 0 leaks calls
	stdout_has '"file"'
}

@test "S4 temporary files have no name, and nothing is left or sent elsewhere" {
	needs strace
	mkdir temporary
	export TMPDIR=$PWD/temporary
	# More than is kept in memory, through a pipe.
	{
		people 10
		awk 'BEGIN { for (i = 0; i < 700; i++) { printf "Marker%dkwz,", i
			for (j = 0; j < 10000; j++) printf "long text "; print ",l" i "@example.com,," } }'
	} | strace -f -qq -o calls -e trace=open,openat,creat,mkdir,mkdirat,link,linkat,rename,renameat,renameat2,socket,connect,sendto,execve \
	    contact-add -q - 
	expect 0 bash -c "sed -E 's/^[0-9]+ +//' calls | grep -E 'O_CREAT|creat\(|mkdir|link(at)?\(|rename' |
	    grep -vE '= -1|\"[^\"]*/store(/|\")|\"(data|lock).mdb\"|\"writer.lock\"|\"unfinished\"|\"init|\".init' || :"
	stdout_is ''
	# The spool was needed, or this shows nothing.
	grep -q O_TMPFILE calls
	expect 1 grep -E 'syslog|/dev/log|AF_INET' calls
	[ "$(grep -c execve calls)" -eq 1 ]
	expect 0 find temporary -mindepth 1
	stdout_is ''
	contact-find -c all >/dev/null
	expect 0 find temporary -mindepth 1
	stdout_is ''
}

# A program that waits for its input, having begun to read it.
start_waiting()
{
	mkfifo pipe
	"$@" <pipe >waiting.out 2>waiting.err 3>&- &
	waiting=$!
	exec 9>pipe
	people 2000 >&9
	while [ "$(wc -c <"/proc/$waiting/cmdline")" -eq 0 ]; do sleep 0.01; done
	sleep 0.2
}

@test "S4 no core dump, by signals that make one" {
	for signal in ABRT SEGV BUS; do
		ulimit -c unlimited
		rm -f pipe
		start_waiting contact-add -q -
		expect 0 grep 'Max core file size' "/proc/$waiting/limits"
		stdout_has 'size +0 +0 '
		kill -"$signal" "$waiting"
		wait "$waiting" || :
		exec 9>&-
		expect 0 bash -c 'find . -name "*core*" -size +0'
		stdout_is ''
	done
}

@test "S4 a program tells the system not to be dumped or looked at" {
	needs strace
	strace -qq -o calls -e trace=prctl,prlimit64,setrlimit contact-store -q init
	grep -q 'PR_SET_DUMPABLE, SUID_DUMP_DISABLE' calls
	grep -qE 'RLIMIT_CORE, \{rlim_cur=0, rlim_max=0\}' calls
}

@test "S4 teeth: a program that may dump core shows another limit" {
	ulimit -c unlimited 2>/dev/null || skip 'core dumps are not allowed here'
	start_waiting cat
	expect 0 grep 'Max core file size' "/proc/$waiting/limits"
	stdout_lacks 'size +0 +0 '
	kill "$waiting"
	wait "$waiting" || :
	exec 9>&-
}

# stray FILE...: whether memory that was filled with 0xa5 as it was handed out
# went to the disk as it was. Nothing else has this byte eight times in a row.
stray_bytes()
{
	LC_ALL=C grep -qaP '\xa5{8}' "$@"
}

filled()
{
	MALLOC_PERTURB_=90 ASAN_OPTIONS=$ASAN_OPTIONS:max_malloc_fill_size=1073741824:malloc_fill_byte=165 "$@"
}

@test "S6 no memory of a program lies in the store" {
	{
		people 3000
		awk 'BEGIN { for (i = 1; i < 60; i++) { printf "Long%d,", i
			for (j = 0; j < i * 97; j++) printf "text "; print ",long" i "@example.com,Other," } }'
	} >people.csv
	filled contact-store -q init
	filled contact-add -q people.csv
	sed 's/Lee/Moe/' people.csv >again.csv
	filled contact-add -q again.csv
	filled contact-add -q email=single@example.com >/dev/null
	filled contact-store -q set timezone=+02:00
	expect 1 stray_bytes "$CONTACT_STORE"/*
	filled contact-store -q compact
	filled contact-store -q backup copy
	expect 1 stray_bytes "$CONTACT_STORE"/* copy/*
}

@test "S6 teeth: memory in a store is found" {
	command -v stray >/dev/null || skip 'tests/fault/stray is not built'
	filled stray strayed
	expect 0 stray_bytes strayed/data.mdb
}

@test "S2 what takes the place of a file while it is opened is not opened" {
	rounds=2000
	case ${CONTACT_TESTS:-} in
	quick) rounds=500 ;;
	long) rounds=90000 ;;
	esac
	expect 0 timeout 300 swapping "$rounds"
	stderr_is ''
	[ "$(grep -c 'wins 0$' stdout)" -eq 9 ]
	cat stdout
}

@test "S2 teeth: looking first and opening then loses such a race" {
	expect 0 timeout 60 swapping 2000 naive
	stderr_is ''
}

grind()
{
	valgrind -q --error-exitcode=98 --leak-check=full --errors-for-leak-kinds=definite "$@"
}

@test "S8 valgrind finds nothing in a run of each program" {
	needs valgrind
	sanitized && skip 'the sanitizers look already'
	people 40 >people.csv
	expect 0 grind contact-store -q init
	expect 0 grind contact-add -q --results results people.csv
	stderr_is ''
	printf 'From: "Moe, Ann" <ann@moe.example>\n' >message
	expect 0 grind --child-silent-after-fork=yes contact-add -q -i mail message
	stderr_is ''
	expect 0 grind contact-find -c all organization='company*'
	stderr_is ''
	if [ "${CONTACT_TESTS:-}" != quick ]; then
		sed 's/Lee/Moe/' people.csv >again.csv
		expect 0 grind contact-add -q --diff diff again.csv
		stderr_is ''
		expect 0 grind contact-find -o table -v --sort name
		expect 0 grind contact-store check
		stderr_is ''
	fi
}
