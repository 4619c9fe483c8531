/* SPDX-License-Identifier: ISC */
/*
 * Writes an LMDB store as it must not be written: with MDB_NOMEMINIT and room
 * that is reserved and not filled, so that what happened to lie in memory goes to
 * the disk. A test that looks for such bytes has to find them here (S6).
 *
 *     stray DIRECTORY
 */
#include <lmdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int
put(MDB_txn *txn, MDB_dbi tree, const char *key, size_t len, unsigned flags)
{
	static char text[100];
	MDB_val name = { strlen(key), (void *)(size_t)key };
	MDB_val value = { len, text };

	return mdb_put(txn, tree, &name, &value, flags);
}

int
main(int argc, char **argv)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi tree;

	if (argc != 2 || mkdir(argv[1], 0700) != 0 || mdb_env_create(&env) != 0 ||
	    mdb_env_open(env, argv[1], MDB_NOMEMINIT, 0600) != 0 ||
	    mdb_txn_begin(env, NULL, 0, &txn) != 0 ||
	    mdb_dbi_open(txn, NULL, 0, &tree) != 0 ||
	    put(txn, tree, "short", sizeof("short"), 0) != 0 ||
	    put(txn, tree, "long", 20000, MDB_RESERVE) != 0 || mdb_txn_commit(txn) != 0) {
		fprintf(stderr, "stray: cannot write %s\n", argc == 2 ? argv[1] : "");
		return 2;
	}
	mdb_env_close(env);
	return 0;
}
